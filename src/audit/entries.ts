import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { type Days, within } from '../db/days.ts'
import { startingWith } from '../db/typed.ts'
import { visibleAddress, visibleEntries, visibleToken } from './access.ts'
import type { Actor } from './actor.ts'
import { type AuditEntry, auditEntries } from './schema.ts'

export interface AuditFilters extends Days {
  /** begins the name of the object, or is the user name of who did it */
  q?: string | undefined
  action?: string | undefined
  kind?: string | undefined
  account?: number | undefined
  /** the account of who really did it */
  actor?: number | undefined
}

/** Which piece of the list: what web/list.ts read from its address. */
export interface Piece {
  where: SQL | undefined
  order: SQL[]
  limit: number
  cursor: SQL<string>
}

export type ListedEntry = Pick<
  AuditEntry,
  | 'id'
  | 'at'
  | 'action'
  | 'actorName'
  | 'actorAccountId'
  | 'subjectAccountId'
  | 'accountId'
  | 'objectKind'
  | 'objectId'
  | 'objectName'
  | 'changes'
  | 'address'
  | 'token'
  | 'subjectName'
> & { cursor: string }

/** Newest first; no branch reads more than a page of its index. */
export function listEntries(db: Db, actor: Actor, filters: AuditFilters, piece: Piece) {
  const branches = visibleEntries(actor, filters.account).flatMap((seen) =>
    named(filters.q).map(
      (name) => sql`(select id from ${auditEntries}
        where ${and(seen, name, ...matching(filters), piece.where)}
        order by ${sql.join(piece.order, sql`, `)} limit ${piece.limit})`,
    ),
  )
  return db
    .select({
      id: auditEntries.id,
      at: auditEntries.at,
      action: auditEntries.action,
      actorName: auditEntries.actorName,
      actorAccountId: auditEntries.actorAccountId,
      subjectAccountId: auditEntries.subjectAccountId,
      subjectName: auditEntries.subjectName,
      accountId: auditEntries.accountId,
      objectKind: auditEntries.objectKind,
      objectId: auditEntries.objectId,
      objectName: auditEntries.objectName,
      changes: auditEntries.changes,
      address: visibleAddress(actor),
      token: visibleToken(actor),
      cursor: piece.cursor,
    })
    .from(auditEntries)
    .where(sql`${auditEntries.id} in (${sql.join(branches, sql` union `)})`)
    .orderBy(...piece.order)
    .limit(piece.limit)
}

/** For the page of an account: its own part, as far as this actor sees it. */
export const latestEntries = (db: Db, actor: Actor, account: number, limit: number) =>
  listEntries(
    db,
    actor,
    { account, timeZone: 'UTC' },
    {
      where: undefined,
      order: [desc(auditEntries.at), desc(auditEntries.id)],
      limit,
      cursor: sql`''`,
    },
  )

const matching = (filters: AuditFilters): (SQL | undefined)[] => [
  filters.action === undefined ? undefined : eq(auditEntries.action, filters.action),
  filters.kind === undefined ? undefined : eq(auditEntries.objectKind, filters.kind),
  filters.account === undefined ? undefined : eq(auditEntries.accountId, filters.account),
  filters.actor === undefined ? undefined : eq(auditEntries.actorAccountId, filters.actor),
  ...within(auditEntries.at, filters),
]

const named = (q: string | undefined): (SQL | undefined)[] =>
  q
    ? [
        sql`lower(${auditEntries.objectName}) like ${startingWith(q.toLowerCase())}`,
        eq(auditEntries.actorName, q.toLowerCase()),
      ]
    : [undefined]
