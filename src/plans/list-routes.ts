import { and, eq, getTableColumns, ne, type SQL, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { amongWritten } from '../db/many.ts'
import { choicesOf } from '../lists/choices.ts'
import { planUse } from '../subscriptions/plan-users.ts'
import type { C, Env } from '../web/env.ts'
import { contains, type FiltersOf, wantsPart } from '../web/list.ts'
import { exported, type ListSource, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { mayMakePlans, offeredPlans, visiblePlans } from './access.ts'
import { kindsFor, labelled } from './kinds.ts'
import { type ListedPlan, planColumns, planRules } from './plan-list-fields.ts'
import { type Plan, plans } from './schema.ts'

export type PlanList = Awaited<ReturnType<typeof planList>>

export const planListRoutes = new Hono<Env>()

  .get('/plans', async (c) => {
    const data = await planList(c)
    return page(c, wantsPart(c, data.list) ? 'plans/_table' : 'plans/list', data)
  })

  .get('/plans.csv', sellersOnly, (c) => exported(c, 'plans', source))

async function planList(c: C) {
  const { actor } = c.var
  const mayMake = mayMakePlans(actor)
  const [data, providers, nobodyYet] = await Promise.all([
    listed(c, source),
    providersPlans(c),
    mayMake && isNobodyYet(c),
  ])
  return {
    ...data,
    mayMake,
    /** of a reseller: those of its provider that it may sell, too */
    providers,
    /** nobody has been sold a plan */
    nobodyYet,
  }
}

const source: ListSource<typeof planRules, ListedPlan> = {
  rules: planRules,
  columns: planColumns,
  panel: async (c, asked) => {
    const { db, actor, t } = c.var
    const { providers } = await choicesOf(db, actor, asked)
    const kinds = kindsFor(actor).map(({ value, label }) => ({ value, label: t(label) }))
    const fields = [
      { name: 'kind', label: t('Kind'), options: kinds },
      { name: 'provider', label: t('Owner'), options: providers },
    ]
    return fields.filter(({ options }) => options.length > 0)
  },
  branches: (c, asked) => [sql`select ${plans.id} from ${plans} where ${matching(c, asked)}`],
  rows: async (c, list, few) => {
    const { db } = c.var
    const those = few?.ids ? amongWritten(plans.id, few.ids) : matching(c, list.filters)
    const rows = await db
      .select({ ...getTableColumns(plans), ownerName: accounts.name, cursor: list.cursor })
      .from(plans)
      .innerJoin(accounts, eq(accounts.id, plans.ownerId))
      .where(and(those, list.where))
      .orderBy(...list.order)
      .limit(list.limit)
    const uses = await planUse(
      db,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => ({
      ...row,
      kindLabel: labelled(row.kind).label,
      uses: uses.get(row.id) ?? 0,
    }))
  },
  count: ({ var: { t } }, { count, more }) =>
    more ? t('More than {count} plans', { count }) : t('{count} {count|plan|plans}', { count }),
}

const matching = ({ var: { actor } }: C, asked: FiltersOf<typeof planRules>): SQL =>
  and(
    visiblePlans(actor),
    contains(sql`${plans.name} || ' ' || ${plans.title}`, asked.q),
    asked.kind && eq(plans.kind, asked.kind),
    asked.provider === undefined ? undefined : eq(plans.ownerId, asked.provider),
  )!

async function providersPlans({ var: { db, actor } }: C): Promise<Plan[]> {
  if (actor.kind !== 'reseller') return []
  const offered = await offeredPlans(db, actor.accountId)
  return offered.filter((plan) => plan.ownerId !== actor.accountId)
}

async function isNobodyYet({ var: { db, actor } }: C): Promise<boolean> {
  const [somebody] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      and(visibleAccounts(actor), ne(accounts.kind, 'admin'), ne(accounts.id, actor.accountId)),
    )
    .limit(1)
  return !somebody
}
