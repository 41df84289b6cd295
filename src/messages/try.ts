import { and, count, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../db/database.ts'
import type { Letter } from './letter.ts'
import { deliveries, type Message, type MessageState, messages } from './schema.ts'
import type { Answer } from './smtp.ts'

/** Begun, or why not: nothing is left to do, a person must look, or it is too early. */
export type Beginning =
  | { kind: 'begun'; message: Message }
  | { kind: 'nothing' }
  | { kind: 'never'; reason: string }
  | { kind: 'later'; reason: string }

/** So many to one address in an hour are either a mistake or an attack. */
const mostToOneAddress = 30

/**
 * A try to send it. Who finds it handed over without an answer knows that its runner died in that
 * very moment: whether it was sent nobody knows, so it is not sent again by itself.
 *
 * @param obstacle why nothing can be sent at all now
 */
export const beginTry = (db: Database, id: number, obstacle: string | null): Promise<Beginning> =>
  db.transaction(async (tx) => {
    const [message] = await tx.select().from(messages).where(eq(messages.id, id)).for('update')
    switch (message?.state) {
      case 'waiting':
      case 'failed':
        return beginLocked(tx, message, obstacle)
      case 'sending':
        await endTry(tx, message, { kind: 'unknown', answer: runnerDied })
        return { kind: 'nothing' }
      default:
        return { kind: 'nothing' }
    }
  })

const runnerDied = 'The runner stopped between handing it over and the answer.'

async function beginLocked(
  tx: Transaction,
  message: Message,
  obstacle: string | null,
): Promise<Beginning> {
  const late = message.goodUntil && (!message.sealed || message.goodUntil <= (await now(tx)))
  const reason = late ? tooLate : obstacle
  if (reason) {
    await tx.update(messages).set({ state: 'failed', reason }).where(eq(messages.id, message.id))
    return { kind: 'never', reason }
  }
  if ((await triedLately(tx, message.toAddress)) >= mostToOneAddress) {
    return { kind: 'later', reason: 'This address got very many mails within the hour.' }
  }

  const [begun] = await tx
    .update(messages)
    .set({ state: 'waiting', reason: '', tries: sql`${messages.tries} + 1` })
    .where(eq(messages.id, message.id))
    .returning()
  await tx.insert(deliveries).values({ messageId: message.id, number: begun!.tries })
  return { kind: 'begun', message: begun! }
}

export const tooLate = 'What it was about is no longer good: ask for a new one.'

async function now(tx: Transaction): Promise<Date> {
  const [row] = await tx.execute<{ now: Date }>(sql`select clock_timestamp() as now`)
  return new Date(row!.now)
}

/** Exact: who asks for the same address waits until this one is counted. */
async function triedLately(tx: Transaction, address: string): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`mail to ${address}`}))`)
  const [row] = await tx
    .select({ count: count() })
    .from(deliveries)
    .innerJoin(messages, eq(messages.id, deliveries.messageId))
    .where(
      and(
        eq(messages.toAddress, address),
        gt(deliveries.startedAt, sql`now() - interval '1 hour'`),
      ),
    )
  return row!.count
}

export interface Handed extends Letter {
  sender: string
  replyTo: string
}

/**
 * Written down before the mail server gets the end of it, with what it says.
 *
 * @param letter without its secrets
 * @throws {Error} when another try has begun meanwhile: this one must not go on
 */
export async function handOver(
  db: Database,
  { id, tries }: Pick<Message, 'id' | 'tries'>,
  letter: Handed,
) {
  const mine = await db
    .update(messages)
    .set({ ...letter, state: 'sending', handedOverAt: sql`now()` })
    .where(and(eq(messages.id, id), eq(messages.tries, tries), eq(messages.state, 'waiting')))
    .returning({ id: messages.id })
  if (mine.length === 0) throw new Error('Another try has begun meanwhile.')
}

interface Attempt {
  server?: string
  /** it is not tried again by itself */
  failed?: boolean
}

/** What the try came to. Late news of a try that was given up as unknown is still news. */
export async function endTry(
  db: Database | Transaction,
  { id, tries }: Pick<Message, 'id' | 'tries'>,
  { kind, answer, server = '', failed = false, ...more }: Answer & Attempt,
) {
  const state: MessageState =
    kind === 'sent' || kind === 'unknown' ? kind : failed ? 'failed' : 'waiting'
  await db
    .update(messages)
    .set({
      state,
      reason: kind === 'sent' ? '' : ('reason' in more && more.reason) || answer,
      ...(kind === 'sent' ? { sentAt: sql`now()` } : {}),
      // Once it is out, or may be, nothing here need know the secret any more (F-187).
      ...(kind === 'sent' || kind === 'unknown' ? { sealed: null } : { handedOverAt: null }),
    })
    .where(
      and(
        eq(messages.id, id),
        eq(messages.tries, tries),
        inArray(messages.state, ['waiting', 'sending', 'unknown']),
      ),
    )
  await db
    .update(deliveries)
    .set({ outcome: kind, answer, finishedAt: sql`now()`, ...(server ? { server } : {}) })
    .where(and(eq(deliveries.messageId, id), eq(deliveries.number, tries)))
}

/** For the schedule: secrets that are no use any more. */
export async function forgetOldSecrets(db: Database) {
  await db
    .update(messages)
    .set({ sealed: null })
    .where(sql`good_until <= now() and sealed is not null`)
}
