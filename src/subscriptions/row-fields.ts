import { and, eq, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { amongWritten } from '../db/many.ts'
import { countedBeside, type Narrowed } from '../db/narrowing.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import { alike } from '../web/alike.ts'
import type { ShownColumns } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { firstNamed } from '../web/first.ts'
import type { ReadList } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { type AskedSubscriptions, type subscriptionRules, used } from './list-fields.ts'
import {
  matchingSubscriptionBranches,
  matchingSubscriptionsOneByOne,
  type SubscriptionFilters,
} from './matching.ts'
import { subscriptions } from './schema.ts'

export const wanted = (c: C, filters: AskedSubscriptions): SubscriptionFilters => ({
  ...filters,
  timeZone: timeZoneOf(c),
})

interface Wish {
  few?: Narrowed | undefined
  /** the columns that are shown; undefined: all */
  columns?: ShownColumns
}

export async function subscriptionRows(
  c: C,
  list: ReadList<typeof subscriptionRules>,
  wish: Wish = {},
) {
  const rows = await rowsOf(c, list, wish)
  return rows.map((row) => ({ ...row, domain: shownDomain(row.name) }))
}

function rowsOf(c: C, list: ReadList<typeof subscriptionRules>, { few, columns }: Wish) {
  const { db } = c.var
  const has = columns?.has ?? (() => true)
  const wished = { use: has('disk') || has('traffic'), created: has('created') }
  const seldom = `${wished.use} ${wished.created}`
  const { seen, shape } = alike(c, list.words)
  const asked = wanted(c, list.filters)
  const matching = () => matchingSubscriptionsOneByOne(seen, asked)
  const counted =
    list.unfiltered && !few ? countedBeside(matchingSubscriptionBranches(seen, asked)) : undefined
  const { name, where, values } = list.shape
  const owner = sql`${accounts} on ${accounts.id} = ${subscriptions.accountId}`
  const place = {
    id: subscriptions.id,
    from: list.sort === 'customer' ? sql`${subscriptions} join ${owner}` : sql`${subscriptions}`,
  }
  if (few?.ids) {
    return built(db, `subscriptions few ${seldom} ${name}`, () => {
      const those = amongWritten(subscriptions.id, sql.placeholder('ids'))
      const first = firstNamed({ ...list, where }, place, those)
      return select(db, list, first, wished).prepare('subscriptions')
    }).execute({ ids: few.ids, ...values })
  } else if (shape) {
    return built(db, `subscriptions ${seldom} ${counted !== undefined} ${shape.name} ${name}`, () =>
      select(db, list, and(matching(), where), { ...wished, counted }).prepare('subscriptions'),
    ).execute({ ...shape.values, ...values })
  } else {
    return select(db, list, and(matching(), list.where), { ...wished, counted })
  }
}

/** What most readers do not ask for, and costs something for each row. */
interface Wished {
  use: boolean
  created: boolean
  counted?: SQL<number> | undefined
}

const select = (
  db: Db,
  list: ReadList<typeof subscriptionRules>,
  where: SQL | undefined,
  { use, created, counted = sql<number>`0` }: Wished,
) =>
  db
    .select({
      id: subscriptions.id,
      name: subscriptions.domain,
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
      expiresOn: subscriptions.expiresOn,
      used: use ? used : sql<null>`null`,
      createdAt: created ? subscriptions.createdAt : sql<Date>`null`,
      behind: sql<boolean>`${subscriptions.appliedGeneration} <> ${subscriptions.generation}`,
      counted,
      cursor: list.cursor,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(where)
    .orderBy(...list.order)
    .limit(list.limit)
