import { domainToASCII } from 'node:url'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { maySell } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, reference, search } from '../web/fields.ts'
import { contains, type ListRules, readList } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { visibleSubscriptions } from './access.ts'
import { subscriptions } from './schema.ts'

export type SubscriptionList = Awaited<ReturnType<typeof subscriptionList>>

const rules = {
  sorts: {
    domain: subscriptions.domain,
    user: subscriptions.systemUser,
    customer: sql`lower(${accounts.name})`,
    host: hosts.name,
    id: subscriptions.id,
  },
  sort: 'domain',
  id: subscriptions.id,
  filters: {
    q: search(),
    status: oneOf(['active', 'suspended']),
    sync: oneOf(['synced', 'unsynced', 'locked']),
    account: reference(),
    plan: reference(),
    host: reference(),
  },
} satisfies ListRules

export const subscriptionListRoutes = new Hono<Env>().get('/subscriptions', async (c) =>
  page(c, 'subscriptions/list', await subscriptionList(c)),
)

async function subscriptionList(c: C) {
  const { db, actor } = c.var
  const list = readList(c, rules)
  const found = await db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      systemUser: subscriptions.systemUser,
      planId: subscriptions.planId,
      plan: plans.name,
      accountId: accounts.id,
      customer: accounts.name,
      hostId: hosts.id,
      host: hosts.name,
      suspended: subscriptions.suspended,
      removing: subscriptions.removing,
      trashedUntil: subscriptions.trashedUntil,
      locked: subscriptions.locked,
      unsynced: subscriptions.unsynced,
      behind: sql<boolean>`${subscriptions.appliedGeneration} <> ${subscriptions.generation}`,
      cursor: list.cursor,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(and(visibleSubscriptions(db, actor), ...matching(list.filters), list.where))
    .orderBy(...list.order)
    .limit(list.limit)
  const rows = found.map((row) => ({ ...row, domain: shownDomain(row.domain) }))
  return { list: list.of(rows), mayCreate: maySell(actor) }
}

interface Filters {
  q?: string
  status?: 'active' | 'suspended'
  sync?: 'synced' | 'unsynced' | 'locked'
  account?: number
  plan?: number
  host?: number
}

const matching = ({ q, status, sync, account, plan, host }: Filters): (SQL | undefined)[] => [
  q ? named(q) : undefined,
  status && eq(subscriptions.suspended, status === 'suspended'),
  sync && states[sync],
  account === undefined ? undefined : eq(subscriptions.accountId, account),
  plan === undefined ? undefined : eq(subscriptions.planId, plan),
  host === undefined ? undefined : eq(subscriptions.hostId, host),
]

/** Three of one axis that has nothing to do with suspension (P-43). */
const states = {
  locked: eq(subscriptions.locked, true),
  unsynced: and(eq(subscriptions.locked, false), eq(subscriptions.unsynced, true)),
  synced: and(eq(subscriptions.locked, false), eq(subscriptions.unsynced, false)),
}

/** People type what they read; names are kept as A-labels (F-1). */
const named = (q: string): SQL => {
  const ascii = domainToASCII(q) || q
  const columns = [subscriptions.domain, subscriptions.systemUser, accounts.name]
  const matches = columns.map((column) => contains(column, q)!)
  return sql`(${sql.join([...matches, contains(subscriptions.domain, ascii)!], sql` or `)})`
}
