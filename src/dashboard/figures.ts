import { and, count, desc, eq, ne, sql } from 'drizzle-orm'
import { visibleAccountIds, visibleAccounts } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { jobs } from '../jobs/schema.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'

export interface Figures {
  customers: number
  resellers: number
  suspendedAccounts: number
  subscriptions: number
  suspendedSubscriptions: number
  unsynced: number
  /** waits for a person */
  parkedJobs: number
  /** admins only: machines are theirs */
  hostsAway: { id: number; name: string; reason: string }[]
  newest: Pick<Account, 'id' | 'name' | 'createdAt'>[]
}

/** Of what this admin or reseller sees. */
export async function figures(db: Db, actor: Actor): Promise<Figures> {
  const [people, sites, parkedJobs, hostsAway, newest] = await Promise.all([
    accountFigures(db, actor),
    subscriptionFigures(db, actor),
    parked(db, actor),
    actor.kind === 'admin' ? away(db) : [],
    newestOf(db, actor),
  ])
  return { ...people, ...sites, parkedJobs, hostsAway, newest }
}

const countOf = (condition: ReturnType<typeof sql>) =>
  sql<number>`count(*) filter (where ${condition})::integer`

async function accountFigures(db: Db, actor: Actor) {
  const [row] = await db
    .select({
      customers: countOf(sql`${accounts.kind} = 'customer'`),
      resellers: countOf(sql`${accounts.kind} = 'reseller'`),
      suspendedAccounts: countOf(sql`${accounts.suspended}`),
    })
    .from(accounts)
    .where(and(visibleAccounts(actor), ne(accounts.id, actor.accountId)))
  return row!
}

async function subscriptionFigures(db: Db, actor: Actor) {
  const [row] = await db
    .select({
      subscriptions: sql<number>`count(*)::integer`,
      suspendedSubscriptions: countOf(sql`${subscriptions.suspended}`),
      unsynced: countOf(sql`${subscriptions.unsynced}`),
    })
    .from(subscriptions)
    .where(actor.kind === 'admin' ? undefined : visibleSubscriptions(db, actor))
  return row!
}

async function parked(db: Db, actor: Actor): Promise<number> {
  const own =
    actor.kind === 'admin' ? undefined : sql`${jobs.accountId} in ${visibleAccountIds(db, actor)}`
  const [row] = await db
    .select({ n: count() })
    .from(jobs)
    .where(and(eq(jobs.state, 'parked'), own))
  return row!.n
}

const away = (db: Db) =>
  db
    .select({ id: hosts.id, name: hosts.name, reason: hosts.stateReason })
    .from(hosts)
    .where(ne(hosts.state, 'online'))
    .orderBy(hosts.name)
    .limit(10)

const newestOf = (db: Db, actor: Actor) =>
  db
    .select({ id: accounts.id, name: accounts.name, createdAt: accounts.createdAt })
    .from(accounts)
    .where(and(visibleAccounts(actor), ne(accounts.id, actor.accountId)))
    .orderBy(desc(accounts.id))
    .limit(5)
