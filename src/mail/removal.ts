import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { want } from '../subscriptions/want.ts'
import { addressOf, lockList, lockMailbox } from './access.ts'
import { mailboxes, mailingLists } from './schema.ts'

/** With all mail in it and all its addresses. @returns the job's number */
export function removeMailbox(db: Database, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { mailbox, subscription, account } = await lockMailbox(tx, actor, id)
    await tx.delete(mailboxes).where(eq(mailboxes.id, id))
    await record(tx, actor, {
      action: 'mailbox.removed',
      object: { kind: 'mailbox', id, name: addressOf(mailbox) },
      accountId: account.id,
    })
    return want(tx, actor, subscription, {})
  })
}

export function removeList(db: Database, actor: Actor, id: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { list, subscription, account } = await lockList(tx, actor, id)
    await tx.delete(mailingLists).where(eq(mailingLists.id, id))
    await record(tx, actor, {
      action: 'mailing_list.removed',
      object: { kind: 'mailing_list', id, name: addressOf(list) },
      accountId: account.id,
    })
    return want(tx, actor, subscription, {})
  })
}
