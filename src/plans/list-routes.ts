import { and, ne } from 'drizzle-orm'
import { Hono } from 'hono'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { mayMakePlans, offeredPlans } from './access.ts'
import type { Plan } from './schema.ts'
import { planSource } from './source-fields.ts'

export type PlanList = Awaited<ReturnType<typeof planList>>

export const planListRoutes = new Hono<Env>()

  .get('/plans', async (c) => {
    const data = await planList(c)
    return page(c, wantsPart(c, data.list) ? 'plans/_table' : 'plans/list', data)
  })

  .get('/plans.csv', sellersOnly, (c) => exported(c, 'plans', planSource))

async function planList(c: C) {
  const { actor } = c.var
  const mayMake = mayMakePlans(actor)
  const [data, providers, nobodyYet] = await Promise.all([
    listed(c, planSource),
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
