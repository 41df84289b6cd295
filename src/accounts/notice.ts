import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { TemplateName, WordsOf } from '../messages/catalogue.ts'
import { type Queued, queueMail, queueMails, type Urgency } from '../messages/queue.ts'
import { type Account, accounts } from './schema.ts'

/** A mail to the account itself, in the name and words of its provider. */
export const notify = <Name extends TemplateName>(
  tx: Transaction,
  actor: Actor,
  { id, name, email, language, providerId }: Account,
  template: Name,
  words: WordsOf<Name>,
): Promise<number> =>
  queueMail(tx, actor, {
    to: { address: email, name, language },
    accountId: id,
    ...{ providerId, template, words },
  })

/** The same to many: each in the name and words of its own provider. */
export async function notifyAll<Name extends TemplateName>(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  template: Name,
  words: WordsOf<Name>,
  urgency: Urgency,
): Promise<Queued[]> {
  const { id, name, email, language, providerId } = accounts
  const rows = await tx
    .select({ id, name, email, language, providerId })
    .from(accounts)
    .where(among(id, ids))
    .orderBy(id)
  const mails = rows.map((row) => ({
    to: { address: row.email, name: row.name, language: row.language },
    accountId: row.id,
    ...{ providerId: row.providerId, template, words },
  }))
  return queueMails(tx, actor, mails, urgency)
}
