import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { mayChange } from '../audit/roles.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import { type Message, messages } from './schema.ts'

/** An admin sees all, everybody else what was written in their name and what was written to them. */
export const visibleMessages = (actor: Actor): SQL => or(...visibleBranches(actor))!

/** The same in parts, each of which an index finds; a message may be in both. */
export const visibleBranches = ({ kind, accountId }: Actor): SQL[] =>
  kind === 'admin'
    ? [sql`true`]
    : [eq(messages.providerId, accountId), eq(messages.accountId, accountId)]

export async function findMessage(db: Db, actor: Actor, id: number): Promise<Message> {
  const [message] = await db.select().from(messages).where(theirs(actor, id))
  if (!message) throw new NotFound()
  return message
}

export async function lockMessage(tx: Transaction, actor: Actor, id: number): Promise<Message> {
  const [message] = await tx.select().from(messages).where(theirs(actor, id)).for('update')
  if (!message) throw new NotFound()
  return message
}

const theirs = (actor: Actor, id: number) => and(eq(messages.id, id), visibleMessages(actor))

/** Whoever it is written by decides whether it is sent again. */
export const mayHandle = (actor: Actor, { providerId }: Pick<Message, 'providerId'>): boolean =>
  actor.kind !== 'customer' &&
  mayChange(actor, 'hosting') &&
  (actor.kind === 'admin' || providerId === actor.accountId)

/** The same for many, as a condition. */
export const handledBy = ({ kind, accountId }: Actor): SQL =>
  kind === 'admin' ? sql`true` : eq(messages.providerId, accountId)
