import { and, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record, recordAll } from '../audit/record.ts'
import { mayChange } from '../audit/roles.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Conflict, Forbidden } from '../errors.ts'
import { bulk, enqueueAll } from '../jobs/enqueue.ts'
import { handledBy, lockMessage, mayHandle } from './access.ts'
import { deliverMessage } from './jobs.ts'
import { type Message, type MessageState, messages } from './schema.ts'
import { tooLate } from './try.ts'

/** What a person decides about a message that does not go out by itself. */

/** It starts afresh; one of which nobody knows whether it was sent may arrive twice, knowingly. */
export const sendAgain = (db: Database, actor: Actor, id: number) =>
  decide(db, actor, id, ['waiting', 'failed', 'unknown', 'withdrawn'], async (tx, message) => {
    if (message.goodUntil && !message.sealed) throw new Conflict(tooLate)
    await tx.update(messages).set({ state: 'waiting', reason: '' }).where(eq(messages.id, id))
    return 'message.sent_again'
  })

export const withdraw = (db: Database, actor: Actor, id: number) =>
  decide(db, actor, id, ['waiting', 'failed', 'unknown', 'withdrawn'], async (tx) => {
    const changes = { state: 'withdrawn' as const, sealed: null }
    await tx.update(messages).set(changes).where(eq(messages.id, id))
    return 'message.withdrawn'
  })

/** Somebody has looked: it was sent after all. */
export const confirmSent = (db: Database, actor: Actor, id: number) =>
  decide(db, actor, id, ['unknown'], async (tx) => {
    await tx
      .update(messages)
      .set({ state: 'sent', reason: '', sentAt: sql`${messages.handedOverAt}` })
      .where(eq(messages.id, id))
    return 'message.confirmed'
  })

/** All that failed and that the actor may send, e.g. once the mail server is right. */
export const sendAllAgain = (db: Database, actor: Actor): Promise<number> =>
  db.transaction((tx) => sendFailedAgain(tx, actor, sql`true`))

/** Those of these that certainly were not sent; what is not known is for a person to say one by one. */
export async function sendFailedAgain(tx: Transaction, actor: Actor, which: SQL): Promise<number> {
  if (actor.kind === 'customer' || !mayChange(actor, 'hosting')) throw new Forbidden(notYours)
  const again = await tx
    .update(messages)
    .set({ state: 'waiting', reason: '' })
    .where(
      and(
        which,
        handledBy(actor),
        eq(messages.state, 'failed'),
        or(isNull(messages.goodUntil), isNotNull(messages.sealed)),
      ),
    )
    .returning()
  const happenings = again.map((message) => happening('message.sent_again', message))
  await recordAll(tx, actor, happenings)
  await deliver(tx, actor, again)
  return again.length
}

const notYours = 'Only who wrote it can do this.'

async function decide(
  db: Database,
  actor: Actor,
  id: number,
  from: MessageState[],
  change: (tx: Transaction, message: Message) => Promise<string>,
) {
  await db.transaction(async (tx) => {
    const message = await lockMessage(tx, actor, id)
    if (!mayHandle(actor, message)) throw new Forbidden(notYours)
    if (!from.includes(message.state)) {
      throw new Conflict('This message is no longer in that state. Look again.')
    }
    await record(tx, actor, happening(await change(tx, message), message))
    // A job that waits or is parked ends by itself when it finds nothing to do.
    await deliver(tx, actor, [message])
  })
}

const deliver = (tx: Transaction, actor: Actor, some: Message[]) =>
  enqueueAll(
    tx,
    actor,
    some.map(({ id, accountId, providerId }) => ({
      kind: deliverMessage,
      payload: { messageId: id },
      hostId: null,
      accountId: accountId ?? providerId,
      ...(some.length > 1 ? { priority: bulk } : {}),
    })),
  )

const happening = (action: string, { id, toAddress, accountId }: Message) => ({
  action,
  object: { kind: 'message', id, name: toAddress },
  accountId,
})
