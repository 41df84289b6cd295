import { eq } from 'drizzle-orm'
import { accounts, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import type { TemplateName, WordsOf } from '../messages/catalogue.ts'
import { queueMail } from '../messages/queue.ts'
import { ready } from '../messages/ready.ts'
import { addressOf, type Owner } from './password-links.ts'

/**
 * Tells the person behind a login what was done to their way in, whoever did it: if it was not them,
 * this is how they learn of it. Where no mail can go out yet, nothing is queued that would only fail.
 *
 * @param address where it goes; the usual: to the login's address
 */
export async function tellPerson<Name extends TemplateName>(
  tx: Transaction,
  actor: Actor,
  owner: Owner,
  template: Name,
  words: WordsOf<Name>,
  address = addressOf(owner),
): Promise<void> {
  if (address === '' || !(await ready(tx))) return
  const { id, providerId, name, language } = owner.account
  await queueMail(tx, actor, {
    to: { address, name, language },
    ...{ accountId: id, providerId, template, words },
  })
}

/** Of a login that is there. */
export async function personOf(tx: Transaction, loginId: number): Promise<Owner> {
  const [owner] = await tx
    .select({ login: logins, account: accounts })
    .from(logins)
    .innerJoin(accounts, eq(accounts.id, logins.accountId))
    .where(eq(logins.id, loginId))
  return owner!
}
