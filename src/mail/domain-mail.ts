import { asc, eq } from 'drizzle-orm'
import type { Db, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { addressColumn, addressOf } from './access.ts'
import { mailAliases, mailboxes, mailingLists } from './schema.ts'

/** Everything with an address at one domain, which goes with it. */
export interface DomainMail {
  /** `bytes`: what its host found in it; null: it was not measured yet */
  mailboxes: { address: string; bytes: number | null }[]
  aliases: string[]
  lists: string[]
}

export async function mailAt(db: Db, domain: string): Promise<DomainMail> {
  const [boxes, aliases, lists] = await Promise.all([
    db
      .select({ address: addressColumn(mailboxes), bytes: mailboxes.bytes })
      .from(mailboxes)
      .where(eq(mailboxes.domain, domain))
      .orderBy(asc(mailboxes.local)),
    db
      .select()
      .from(mailAliases)
      .where(eq(mailAliases.domain, domain))
      .orderBy(asc(mailAliases.local)),
    db
      .select()
      .from(mailingLists)
      .where(eq(mailingLists.domain, domain))
      .orderBy(asc(mailingLists.local)),
  ])
  return { mailboxes: boxes, aliases: aliases.map(addressOf), lists: lists.map(addressOf) }
}

export const countOf = ({ mailboxes, aliases, lists }: DomainMail): number =>
  mailboxes.length + aliases.length + lists.length

/**
 * For a removal that was agreed to with so many addresses in sight (F-84).
 *
 * @throws {Invalid} at `name` when there are others now
 */
export const refuseUnseen =
  (seen: number) =>
  async (tx: Transaction, { name }: { name: string }): Promise<void> => {
    if (countOf(await mailAt(tx, name)) === seen) return
    throw new Invalid('name', 'What goes with it has changed meanwhile. Look at it again.')
  }
