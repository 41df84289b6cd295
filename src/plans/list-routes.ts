import { and, eq, getTableColumns, ne, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { planUse } from '../subscriptions/plan-users.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, search } from '../web/fields.ts'
import { contains, type List, readList } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { mayMakePlans, offeredPlans, visiblePlans } from './access.ts'
import { type Kind, kindsFor, labelled } from './kinds.ts'
import { type Plan, type PlanKind, planKinds, plans } from './schema.ts'

export interface ListedPlan extends Plan {
  kindLabel: string
  ownerName: string
  uses: number
}

export interface PlanList {
  list: List<ListedPlan, { q?: string; kind?: PlanKind }>
  /** those that the actor can have */
  kinds: Kind[]
  mayMake: boolean
  /** of a reseller: those of its provider that it may sell, too */
  providers: Plan[]
  /** nobody has been sold a plan */
  nobodyYet: boolean
}

const planList = {
  sorts: { name: sql`lower(${plans.name})`, owner: sql`lower(${accounts.name})` },
  sort: 'name',
  id: plans.id,
  filters: { q: search(), kind: oneOf(planKinds) },
} as const

export const planListRoutes = new Hono<Env>().get('/plans', async (c) =>
  page(c, 'plans/list', await listed(c)),
)

async function listed(c: C): Promise<PlanList> {
  const { db, actor } = c.var
  const list = readList(c, planList)
  const rows = await db
    .select({ ...getTableColumns(plans), ownerName: accounts.name, cursor: list.cursor })
    .from(plans)
    .innerJoin(accounts, eq(accounts.id, plans.ownerId))
    .where(
      and(
        visiblePlans(actor),
        contains(sql`${plans.name} || ' ' || ${plans.title}`, list.filters.q),
        list.filters.kind && eq(plans.kind, list.filters.kind),
        list.where,
      ),
    )
    .orderBy(...list.order)
    .limit(list.limit)
  const shown = list.of(rows)
  const uses = await planUse(
    db,
    shown.rows.map(({ id }) => id),
  )
  return {
    list: {
      ...shown,
      rows: shown.rows.map((row) => ({
        ...row,
        kindLabel: labelled(row.kind).label,
        uses: uses.get(row.id) ?? 0,
      })),
    },
    kinds: kindsFor(actor),
    providers: await providersPlans(c),
    mayMake: mayMakePlans(actor),
    nobodyYet: mayMakePlans(actor) && (await nobodyYet(c)),
  }
}

async function providersPlans({ var: { db, actor } }: C): Promise<Plan[]> {
  if (actor.kind !== 'reseller') return []
  const offered = await offeredPlans(db, actor.accountId)
  return offered.filter((plan) => plan.ownerId !== actor.accountId)
}

async function nobodyYet(c: C): Promise<boolean> {
  const { db, actor } = c.var
  const [somebody] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      and(visibleAccounts(actor), ne(accounts.kind, 'admin'), ne(accounts.id, actor.accountId)),
    )
    .limit(1)
  return !somebody
}
