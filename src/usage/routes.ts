import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Db } from '../db/database.ts'
import { snapshot } from '../db/snapshot.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { findSubscription } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { page } from '../web/respond.ts'
import { trafficChart } from './chart.ts'
import { forecast, overLimit, refusesUploads } from './over.ts'
import { monthsOf, runningMonth, standingOf } from './standing.ts'

export type SubscriptionUsagePage = Awaited<ReturnType<typeof usagePage>>

/** S-51, S-52 */
export const usageRoutes = new Hono<Env>().get(
  '/subscriptions/:id{[1-9][0-9]{0,14}}/usage',
  async (c) => page(c, 'usage/subscription', await usagePage(c, Number(c.req.param('id')))),
)

const usagePage = ({ var: { db, actor } }: C, id: number) =>
  snapshot(db, async (tx) => {
    const { subscription } = await findSubscription(tx, actor, id)
    const [standing, months, running, sandbox] = await Promise.all([
      standingOf(tx, subscription),
      monthsOf(tx, subscription),
      runningMonth(tx, id),
      liesInSandbox(tx, subscription),
    ])
    return {
      ...{ subscription, domain: shownDomain(subscription.domain), standing, months },
      ...{ running, sandbox, overLimit, refusesUploads },
      chart: trafficChart(months.slice(0, 12).toReversed()),
      forecast: standing.traffic && forecast(standing.traffic.used, running.elapsed),
    }
  })

async function liesInSandbox(db: Db, { hostId }: Subscription): Promise<boolean> {
  const [host] = await db.select({ kind: hosts.kind }).from(hosts).where(eq(hosts.id, hostId))
  return host?.kind === 'sandbox'
}
