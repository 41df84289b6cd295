import { and, eq, type SQL, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { maySell } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { amongWritten } from '../db/many.ts'
import { countedBeside, type Narrowed } from '../db/narrowing.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import { alike } from '../web/alike.ts'
import { type ShownColumns, shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { filterPanel } from '../web/filter-panel.ts'
import { firstNamed } from '../web/first.ts'
import { found } from '../web/found.ts'
import { type ReadList, readList, wantsPart } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { page } from '../web/respond.ts'
import { totalsOf } from '../web/totals.ts'
import {
  type AskedSubscriptions,
  subscriptionColumns,
  subscriptionRules,
  used,
} from './list-fields.ts'
import {
  matchingSubscriptionBranches,
  matchingSubscriptionsOneByOne,
  type SubscriptionFilters,
} from './matching.ts'
import { subscriptionPanel } from './panel-fields.ts'
import { subscriptions } from './schema.ts'

export type SubscriptionList = Awaited<ReturnType<typeof subscriptionList>>

export const subscriptionListRoutes = new Hono<Env>()

  .get('/subscriptions', async (c) => {
    const data = await subscriptionList(c)
    return page(c, wantsPart(c, data.list) ? 'subscriptions/_table' : 'subscriptions/list', data)
  })

  .get('/subscriptions.csv', (c) => {
    const rows = everyRow(c, subscriptionRules, (list) => subscriptionRows(c, list, { use: true }))
    return csv(c, 'subscriptions', subscriptionColumns(c.var.t), rows)
  })

async function subscriptionList(c: C) {
  const { db, actor, t } = c.var
  const read = readList(c, subscriptionRules)
  const { seen, shape } = alike(c, read.words)
  const all = subscriptionColumns(t)
  const matching = {
    unfiltered: read.unfiltered,
    branches: () => matchingSubscriptionBranches(seen, wanted(c, read.filters)),
    shape: shape && { ...shape, name: `subscriptions ${shape.name}` },
  }
  const columns = shownColumns(c, all)
  const [{ rows, few }, fields] = await Promise.all([
    found(db, matching, (few) => subscriptionRows(c, read, { few, use: showsUse(columns) })),
    subscriptionPanel(c, read.filters),
  ])
  const list = read.of(rows)
  const panel = filterPanel(fields, list)
  const seenColumns = all.filter(({ name }) => columns.has(name))
  const asked = wanted(c, read.filters)
  const totals = await totalsOf(
    c,
    subscriptions,
    seenColumns,
    () => matchingSubscriptionBranches(actor, asked),
    few,
  )
  return {
    list,
    columns,
    panel,
    totals,
    csv: true,
    count: counted(c, few),
    mayCreate: maySell(actor),
  }
}

const counted = ({ var: { t } }: C, { count, more }: Narrowed) =>
  more
    ? t('More than {count} subscriptions', { count })
    : t('{count} {count|subscription|subscriptions}', { count })

const wanted = (c: C, filters: AskedSubscriptions): SubscriptionFilters => ({
  ...filters,
  timeZone: timeZoneOf(c),
})

/** Most readers do not ask for it, and it is looked up for each row. */
const showsUse = ({ has }: ShownColumns) => has('disk') || has('traffic')

interface Wish {
  few?: Narrowed | undefined
  /** what they use is shown */
  use: boolean
}

async function subscriptionRows(c: C, list: ReadList<typeof subscriptionRules>, wish: Wish) {
  const rows = await rowsOf(c, list, wish)
  return rows.map((row) => ({ ...row, domain: shownDomain(row.name) }))
}

function rowsOf(c: C, list: ReadList<typeof subscriptionRules>, { few, use }: Wish) {
  const { db } = c.var
  const { seen, shape } = alike(c, list.words)
  const asked = wanted(c, list.filters)
  const matching = () => matchingSubscriptionsOneByOne(seen, asked)
  const counted = list.unfiltered
    ? countedBeside(matchingSubscriptionBranches(seen, asked))
    : undefined
  const { name, where, values } = list.shape
  const owner = sql`${accounts} on ${accounts.id} = ${subscriptions.accountId}`
  const place = {
    id: subscriptions.id,
    from: list.sort === 'customer' ? sql`${subscriptions} join ${owner}` : sql`${subscriptions}`,
  }
  if (few?.ids) {
    return built(db, `subscriptions few ${use} ${name}`, () => {
      const those = amongWritten(subscriptions.id, sql.placeholder('ids'))
      const first = firstNamed({ ...list, where }, place, those)
      return select(db, list, first, { use }).prepare('subscriptions')
    }).execute({ ids: few.ids, ...values })
  } else if (shape) {
    return built(db, `subscriptions ${use} ${shape.name} ${name}`, () =>
      select(db, list, and(matching(), where), { use, counted }).prepare('subscriptions'),
    ).execute({ ...shape.values, ...values })
  } else {
    return select(db, list, and(matching(), list.where), { use, counted })
  }
}

const select = (
  db: Db,
  list: ReadList<typeof subscriptionRules>,
  where: SQL | undefined,
  { use, counted = sql<number>`0` }: { use: boolean; counted?: SQL<number> | undefined },
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
      createdAt: subscriptions.createdAt,
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
