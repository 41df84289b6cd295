import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import type { TemplateName, WordsOf } from '../messages/catalogue.ts'
import { queueMail } from '../messages/queue.ts'
import type { Account } from './schema.ts'

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
