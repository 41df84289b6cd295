import { systemActor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { bulk } from '../jobs/enqueue.ts'
import type { TemplateName, WordsOf } from '../messages/catalogue.ts'
import { type Mail, queueMails } from '../messages/queue.ts'
import { shownDomain } from '../names/domain.ts'
import type { Reader } from './reader.ts'
import { notices } from './schema.ts'

export interface Notice<Name extends TemplateName = TemplateName> extends Reader {
  about: string
  template: Name
  words: WordsOf<Name>
}

/**
 * That it was told and the mail itself are one transaction: whoever dies in between has done neither,
 * and of two who come at once the second finds it told.
 *
 * @returns how many were told
 */
export async function tellOnce<Name extends TemplateName>(
  tx: Transaction,
  kind: (typeof notices.$inferInsert)['kind'],
  wanted: Notice<Name>[],
): Promise<number> {
  if (wanted.length === 0) return 0
  const fresh = await tx
    .insert(notices)
    .values(wanted.map(({ subscriptionId, about }) => ({ subscriptionId, kind, about })))
    .onConflictDoNothing()
    .returning({ subscriptionId: notices.subscriptionId, about: notices.about })
  const keys = new Set(fresh.map(keyOf))
  const mails = wanted.filter((one) => keys.has(keyOf(one)) && one.email !== '').map(mailOf)
  await queueMails(tx, systemActor('schedule'), mails, { priority: bulk })
  return fresh.length
}

const keyOf = ({ subscriptionId, about }: { subscriptionId: number; about: string }) =>
  `${subscriptionId} ${about}`

const mailOf = <Name extends TemplateName>(notice: Notice<Name>): Mail<Name> => ({
  to: { address: notice.email, name: notice.name, language: notice.language },
  accountId: notice.accountId,
  providerId: notice.providerId,
  template: notice.template,
  words: { ...notice.words, domain: shownDomain(notice.domain) },
})
