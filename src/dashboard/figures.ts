import { and, count, desc, eq, ne, type SQL, sql } from 'drizzle-orm'
import { type Seen, visibleAccountIds } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { written } from '../db/written.ts'
import { hosts } from '../hosts/schema.ts'
import { jobs } from '../jobs/schema.ts'
import { matchingSubscriptionBranches } from '../subscriptions/matching.ts'
import { matchingBranches } from '../subscriptions/matching-accounts.ts'

export interface Figures {
  /** these at most `mostCounted`, or one more: then nobody knows how many */
  customers: number
  resellers: number
  suspendedAccounts: number
  subscriptions: number
  suspendedSubscriptions: number
  unsynced: number
  /** more was measured of them than they may use */
  overLimit: number
  /** waits for a person */
  parkedJobs: number
  /** admins only: machines are theirs */
  hostsAway: { id: number; name: string; reason: string }[]
  newest: Pick<Account, 'id' | 'name' | 'createdAt'>[]
}

/** Beyond these nobody counts on: no dashboard takes longer because there is more. */
export const mostCounted = 10_000

/** Of what this admin or reseller sees; each figure is the length of the list that it leads to. */
export async function figures(db: Db, actor: Actor): Promise<Figures> {
  const [counted, parkedJobs, hostsAway, newest] = await Promise.all([
    countedOf(db, actor),
    parked(db, actor),
    actor.kind === 'admin' ? away(db) : [],
    newestOf(db, actor),
  ])
  return { ...counted, parkedJobs, hostsAway, newest }
}

async function countedOf(db: Db, { kind, accountId }: Actor) {
  const seen = { kind, accountId: sql.placeholder('me') }
  const statement = built(db, `figures ${kind}`, () => counting(db, seen).prepare('figures'))
  const [row] = await statement.execute({ me: accountId })
  return row!
}

const counting = (db: Db, seen: Seen) =>
  db
    .select({
      customers: lengthOf(matchingBranches(seen, { kind: 'customer', timeZone })),
      resellers: lengthOf(matchingBranches(seen, { kind: 'reseller', timeZone })),
      suspendedAccounts: lengthOf(matchingBranches(seen, { status: 'suspended', timeZone })),
      subscriptions: lengthOf(matchingSubscriptionBranches(seen, { timeZone })),
      suspendedSubscriptions: lengthOf(
        matchingSubscriptionBranches(seen, { status: 'suspended', timeZone }),
      ),
      unsynced: lengthOf(matchingSubscriptionBranches(seen, { sync: 'unsynced', timeZone })),
      overLimit: lengthOf(matchingSubscriptionBranches(seen, { over: 'yes', timeZone })),
    })
    .from(sql`(select) as nothing`)

/** No figure asks for days. */
const timeZone = 'UTC'

const bound = sql.raw(`limit ${mostCounted + 1}`)

const lengthOf = (branches: readonly SQL[]) => {
  const limited = branches.map((branch) => sql`(${branch} ${bound})`)
  const found =
    limited.length === 1 ? limited[0]! : sql`(${sql.join(limited, sql` union all `)} ${bound})`
  return sql<number>`(select count(*)::integer from ${found} as few)`
}

async function parked(db: Db, actor: Actor): Promise<number> {
  const own =
    actor.kind === 'admin' ? undefined : sql`${jobs.accountId} in ${visibleAccountIds(db, actor)}`
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(jobs)
    .where(and(sql`${jobs.state} = 'parked'`, own))
    .limit(written(mostCounted))
    .as('some')
  const [row] = await db.select({ n: count() }).from(some)
  return row!.n
}

const away = (db: Db) =>
  db
    .select({ id: hosts.id, name: hosts.name, reason: hosts.stateReason })
    .from(hosts)
    .where(ne(hosts.state, 'online'))
    .orderBy(hosts.name)
    .limit(10)

const newestOf = (db: Db, { kind, accountId }: Actor) =>
  db
    .select({ id: accounts.id, name: accounts.name, createdAt: accounts.createdAt })
    .from(accounts)
    .where(kind === 'admin' ? ne(accounts.id, accountId) : eq(accounts.providerId, accountId))
    .orderBy(desc(accounts.id))
    .limit(5)
