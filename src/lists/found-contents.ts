import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Actor } from '../audit/actor.ts'
import { databases } from '../databases/schema.ts'
import type { Db } from '../db/database.ts'
import { anywhere } from '../db/typed.ts'
import { ftpLogins } from '../ftp/schema.ts'
import { addressColumn } from '../mail/access.ts'
import { mailboxes, mailingLists } from '../mail/schema.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import type { ContentTable } from '../subscriptions/content-access.ts'
import { domains, subscriptions } from '../subscriptions/schema.ts'
import { spellings } from '../subscriptions/searched.ts'
import { bestFirst, type Found, lookedAt, shownOfEach } from './found.ts'

interface Searched {
  kind: Found['kind']
  table: ContentTable
  name: SQL
  /** just as its index of trigrams has it */
  words: SQL
  only?: SQL
}

const spelled = (name: SQL) => ({ name, words: sql`both_spellings(${name})` })

/** What subscriptions contain and what has a name of its own. */
const searched: readonly Searched[] = [
  {
    ...{ kind: 'domain', table: domains, only: sql`${domains.kind} in ('domain', 'subdomain')` },
    ...spelled(sql`${domains.name}`),
  },
  {
    ...{ kind: 'forwarding', table: domains, only: sql`${domains.kind} in ('alias', 'redirect')` },
    ...spelled(sql`${domains.name}`),
  },
  { kind: 'mailbox', table: mailboxes, ...spelled(addressColumn(mailboxes)) },
  { kind: 'mailingList', table: mailingLists, ...spelled(addressColumn(mailingLists)) },
  {
    kind: 'ftpLogin',
    table: ftpLogins,
    name: sql`${ftpLogins.name}`,
    words: sql`${ftpLogins.name}`,
  },
  {
    kind: 'database',
    table: databases,
    name: sql`${databases.name}`,
    words: sql`${databases.name}`,
  },
]

export async function findContents(db: Db, actor: Actor, q: string): Promise<Found[]> {
  const found = await Promise.all(searched.map((one) => findOne(db, actor, one, spellings(q))))
  return found.flat()
}

function findOne(
  db: Db,
  actor: Actor,
  { kind, table, name, words, only }: Searched,
  typed: string[],
): Promise<Found[]> {
  const exact = sql<boolean>`(${name} in ${typed})`
  const seen =
    actor.kind === 'admin'
      ? undefined
      : sql`${table.subscriptionId} in (${db
          .select({ id: subscriptions.id })
          .from(subscriptions)
          .where(visibleSubscriptions(db, actor))})`
  const called = sql`(${sql.join(
    typed.map((one) => sql`${words} like ${anywhere(one)}`),
    sql` or `,
  )})`
  const some = sql`select ${table.id} from ${table} where ${and(called, only, seen)} limit ${lookedAt}`
  return db
    .select({
      kind: sql<Found['kind']>`${kind}::text`,
      id: sql<number>`${table.id}`.mapWith(Number),
      name: sql<string>`${name}`,
      more: subscriptions.domain,
      exact,
    })
    .from(table as PgTable)
    .innerJoin(subscriptions, eq(subscriptions.id, table.subscriptionId))
    .where(sql`${table.id} in (${some})`)
    .orderBy(...bestFirst(exact, name, typed[0]!))
    .limit(shownOfEach)
}
