import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { type Days, within } from '../db/days.ts'
import { amongWritten } from '../db/many.ts'
import { narrow } from '../db/narrowing.ts'
import { anywhere } from '../db/typed.ts'
import { handledBy, visibleBranches } from './access.ts'
import { type Message, mailings, messages } from './schema.ts'

export interface MessageFilters extends Days {
  /** in address, name and subject */
  q?: string | undefined
  state?: Message['state'] | undefined
  template?: string | undefined
  account?: number | undefined
}

/** Which piece of the list: what web/list.ts read from its address. */
export interface Piece {
  where: SQL | undefined
  order: SQL[]
  limit: number
  cursor: SQL<string>
}

export type ListedMessage = Pick<
  Message,
  'id' | 'toName' | 'toAddress' | 'state' | 'reason' | 'tries' | 'actorName' | 'createdAt'
> & { sentAt: Date | null; subject: string; template: string; cursor: string }

/** No branch reads more than a page of its index. */
export async function listMessages(
  db: Db,
  actor: Actor,
  filters: MessageFilters,
  piece: Piece,
): Promise<ListedMessage[]> {
  const found = filters.q ? await mentioning(db, actor, filters.q) : undefined
  const branches = visibleBranches(actor).map(
    (seen) => sql`(select id from ${messages}
      where ${and(seen, found, ...matching(filters), piece.where)}
      order by ${sql.join(piece.order, sql`, `)} limit ${piece.limit})`,
  )
  return db
    .select({
      id: messages.id,
      toName: messages.toName,
      toAddress: messages.toAddress,
      state: messages.state,
      reason: messages.reason,
      tries: messages.tries,
      actorName: messages.actorName,
      createdAt: messages.createdAt,
      sentAt: messages.sentAt,
      template: messages.template,
      subject: sql<string>`coalesce(nullif(${messages.subject}, ''), ${mailings.subject}, '')`,
      cursor: piece.cursor,
    })
    .from(messages)
    .leftJoin(mailings, eq(mailings.id, messages.mailingId))
    .where(sql`${messages.id} in (${sql.join(branches, sql` union `)})`)
    .orderBy(...piece.order)
    .limit(piece.limit)
}

/** Of those that failed and that the actor could send: at most so many are counted. */
export async function countFailed(db: Db, actor: Actor, most: number): Promise<number> {
  const some = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(handledBy(actor), eq(messages.state, 'failed')))
    .limit(most)
  return db.$count(messages, inArray(messages.id, some))
}

/** The few are named; through the many one walks, and soon has a page of them. */
async function mentioning(db: Db, actor: Actor, q: string): Promise<SQL> {
  const like = anywhere(q.toLowerCase())
  const { ids } = await narrow(db, () =>
    visibleBranches(actor).map(
      (seen) => sql`select ${messages.id} from message_words
        join ${messages} on ${messages.id} = message_id where message_words.words like ${like} and ${seen}`,
    ),
  )
  return ids === null
    ? sql`(select message_words.words like ${like} from message_words where message_id = ${messages.id})`
    : amongWritten(messages.id, ids)
}

const matching = ({ state, template, account, ...days }: MessageFilters): (SQL | undefined)[] => [
  state && eq(messages.state, state),
  template === undefined ? undefined : eq(messages.template, template),
  account === undefined ? undefined : eq(messages.accountId, account),
  ...within(messages.createdAt, days),
]
