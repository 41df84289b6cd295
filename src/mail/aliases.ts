import { and, asc, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { localPart } from '../names/address.ts'
import { domainName } from '../names/domain.ts'
import type { Owned } from '../subscriptions/access.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { claimAddress, type Place } from './claim.ts'
import { type Mailbox, mailAliases } from './schema.ts'

/** The further addresses of a mailbox, in the order in which they came. */
export async function aliasesOf(db: Db, mailboxId: number): Promise<string[]> {
  const rows = await db
    .select()
    .from(mailAliases)
    .where(eq(mailAliases.mailboxId, mailboxId))
    .orderBy(asc(mailAliases.id))
  return rows.map(({ local, domain }) => `${local}@${domain}`)
}

/**
 * Exactly these; each new one takes room of its own (F-85). What has no @ is at the mailbox's domain.
 *
 * @returns whether something is different now
 * @throws {Invalid} at `aliases`
 */
export async function setAliases(
  tx: Transaction,
  actor: Actor,
  { subscription }: Owned,
  mailbox: Mailbox,
  typed: string,
): Promise<boolean> {
  const words = typed.split(/[\s,;]+/).filter(Boolean)
  const wanted = new Map(
    words.map((word) => placeOf(word, mailbox)).map((one) => [nameOf(one), one]),
  )
  const have = await aliasesOf(tx, mailbox.id)
  const gone = have.filter((address) => !wanted.has(address))
  const added = [...wanted].filter(([address]) => !have.includes(address))
  for (const address of gone) await remove(tx, mailbox, address)
  for (const [, place] of added) {
    await takeAliasRoom(tx, actor, subscription.id)
    await claimAddress(tx, subscription.id, place, 'aliases')
    await tx
      .insert(mailAliases)
      .values({ ...place, subscriptionId: subscription.id, mailboxId: mailbox.id })
  }
  return gone.length + added.length > 0
}

/** The refusal stands at the field where the one too many was typed. */
async function takeAliasRoom(tx: Transaction, actor: Actor, subscriptionId: number) {
  try {
    await takeRoom(tx, actor, subscriptionId, 'mailAliases')
  } catch (refusal) {
    if (!(refusal instanceof Invalid) || refusal.field !== '') throw refusal
    throw new Invalid('aliases', refusal.message, refusal.words)
  }
}

function placeOf(word: string, { domain }: Mailbox): Place {
  const at = word.indexOf('@')
  if (at === -1) return { local: localPart(word, 'aliases'), domain }
  return {
    local: localPart(word.slice(0, at), 'aliases'),
    domain: domainName(word.slice(at + 1), 'aliases'),
  }
}

const nameOf = ({ local, domain }: Place): string => `${local}@${domain}`

async function remove(tx: Transaction, mailbox: Mailbox, address: string) {
  const [local = '', domain = ''] = address.split('@')
  await tx
    .delete(mailAliases)
    .where(
      and(
        eq(mailAliases.mailboxId, mailbox.id),
        eq(mailAliases.local, local),
        eq(mailAliases.domain, domain),
      ),
    )
}
