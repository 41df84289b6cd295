import { type SQL, sql } from 'drizzle-orm'
import type { Area } from '../audit/roles.ts'
import type { Db } from '../db/database.ts'
import { type Some, some, counted as upToMany } from '../db/some.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'

/** What a subscription may contain so many of, each counted in a table with `subscription_id`. */
export interface Content {
  property: PropertyKey
  table: string
  /** which rows of it count */
  only?: string
  /** its list over all subscriptions */
  path: string
  /** where one more is made; `:id` is the subscription's */
  add: string
  /** what a login must be allowed to change (R-14); hosting where nothing is said */
  area?: Area
}

/** In the order in which people meet them. Another content is another line. */
export const contents: readonly Content[] = [
  {
    property: 'domains',
    table: 'domains',
    only: "kind in ('main', 'domain')",
    path: '/domains',
    add: '/domains/new?subscription=:id',
  },
  {
    property: 'subdomains',
    table: 'domains',
    only: "kind = 'subdomain'",
    path: '/domains?kind=subdomain',
    add: '/domains/new?subscription=:id',
  },
  {
    property: 'forwardings',
    table: 'domains',
    only: "kind in ('alias', 'redirect')",
    path: '/forwardings',
    add: '/forwardings/new?subscription=:id',
  },
  {
    property: 'mailboxes',
    table: 'mailboxes',
    path: '/mailboxes',
    add: '/mailboxes/new?subscription=:id',
    area: 'mail',
  },
  {
    property: 'mailAliases',
    table: 'mail_aliases',
    path: '/mailboxes',
    add: '/mailboxes/new?subscription=:id',
    area: 'mail',
  },
  {
    property: 'mailingLists',
    table: 'mailing_lists',
    path: '/mailing-lists',
    add: '/mailing-lists/new?subscription=:id',
    area: 'mail',
  },
  {
    property: 'ftpLogins',
    table: 'ftp_logins',
    path: '/ftp-logins',
    add: '/ftp-logins/new?subscription=:id',
  },
  {
    property: 'databases',
    table: 'databases',
    path: '/databases',
    add: '/databases/new?subscription=:id',
  },
]

export type Used = Partial<Record<PropertyKey, number>>

/** How many of each there are, of all subscriptions for which `which` holds on `subscription_id`. */
export async function used(db: Db, which: SQL): Promise<Used> {
  const counts = contents.map(
    (content) => sql`(${countOf(content, which)}) as ${sql.identifier(content.property)}`,
  )
  const [row] = await db.execute<Record<string, string>>(sql`select ${sql.join(counts, sql`, `)}`)
  return Object.fromEntries(Object.entries(row!).map(([key, count]) => [key, Number(count)]))
}

/** Likewise, but none is counted further than anybody looks. */
export async function someUsed(db: Db, which: SQL): Promise<Partial<Record<PropertyKey, Some>>> {
  const counts = contents.map(
    (content) =>
      sql`${upToMany(sql`select ${rowsOf(content, which)}`)} as ${sql.identifier(content.property)}`,
  )
  const [row] = await db.execute<Record<string, number>>(sql`select ${sql.join(counts, sql`, `)}`)
  return Object.fromEntries(Object.entries(row!).map(([key, count]) => [key, some(count)]))
}

export interface Counted {
  property: PropertyKey
  label: string
  count: number
}

/** For the pages that say what goes. */
export const counted = (counts: Used): Counted[] =>
  contents.map(({ property }) => ({
    property,
    label: catalogue[property].label,
    count: counts[property] ?? 0,
  }))

export const ofSubscription = (id: number): SQL => sql`subscription_id = ${id}`

/** Table and condition are words of this file, never of people. */
export const countOf = (content: Content, which: SQL, by?: 'subscription_id'): SQL => {
  const rows = rowsOf(content, which)
  return by
    ? sql`select ${sql.identifier(by)}, count(*) ${rows} group by ${sql.identifier(by)}`
    : sql`select count(*) ${rows}`
}

const rowsOf = ({ table, only }: Content, which: SQL): SQL =>
  sql`from ${sql.identifier(table)} where ${which}${only ? sql.raw(` and ${only}`) : sql``}`
