import { and, eq, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { type Few, fewCounted } from '../db/narrowing.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import { alike } from '../web/alike.ts'
import type { ShownColumns } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { firstOfFew } from '../web/first.ts'
import type { ReadList } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { summedOf, sumsOfThese, unknown, type Whole } from '../web/totals.ts'
import { type AskedSubscriptions, type subscriptionRules, used } from './list-fields.ts'
import { matchingSubscriptionsOneByOne, type SubscriptionFilters } from './matching.ts'
import { subscriptions } from './schema.ts'
import type { Searched } from './searched.ts'

export const wanted = (
  c: C,
  filters: Omit<AskedSubscriptions, 'q'> & { q?: string | Searched | undefined },
): SubscriptionFilters => ({
  ...filters,
  timeZone: timeZoneOf(c),
})

interface Wish {
  few?: Few | undefined
  /** the columns that are shown; undefined: all */
  columns?: ShownColumns | undefined
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
  const { seen, asked, shape } = alike(c, list)
  const { name, where, values } = list.shape
  const owner = sql`${accounts} on ${accounts.id} = ${subscriptions.accountId}`
  const place = {
    id: subscriptions.id,
    from: list.sort === 'customer' ? sql`${subscriptions} join ${owner}` : sql`${subscriptions}`,
  }
  if (few) {
    const summed = summedOf(columns)
    const kept = `subscriptions few ${few.name} ${seldom} ${summed.map(({ name }) => name)} ${name}`
    return built(db, kept, () => {
      const first = firstOfFew({ ...list, where }, place)
      const those = db.with(db.$with('few', {}).as(few.select()))
      const whole = { counted: fewCounted, sums: sumsOfThese(subscriptions, summed) }
      return select(those, list, first, wished, whole).prepare('subscriptions')
    }).execute({ ...few.values, ...values })
  }
  const matching = () => matchingSubscriptionsOneByOne(seen, wanted(c, asked))
  if (!shape) return select(db, list, and(matching(), list.where), wished)
  return built(db, `subscriptions ${seldom} ${shape.name} ${name}`, () =>
    select(db, list, and(matching(), where), wished).prepare('subscriptions'),
  ).execute({ ...shape.values, ...values })
}

/** What most readers do not ask for, and costs something for each row. */
interface Wished {
  use: boolean
  created: boolean
}

const select = (
  db: Pick<Db, 'select'>,
  list: ReadList<typeof subscriptionRules>,
  where: SQL | undefined,
  { use, created }: Wished,
  whole: Whole = unknown,
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
      ...whole,
      cursor: list.cursor,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(where)
    .orderBy(...list.order)
    .limit(list.limit)
