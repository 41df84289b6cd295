import { desc, eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { maySell } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import type { Limit } from '../plans/property.ts'
import { measured, subscriptions } from '../subscriptions/schema.ts'
import { overLimit } from '../usage/over.ts'
import type { Use } from '../usage/standing.ts'
import type { Env } from '../web/env.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { type Figures, figures, mostCounted } from './figures.ts'
import { type FirstSteps, firstSteps } from './first-steps.ts'
import { type Usage, usageOf } from './usage.ts'

export interface SellerDashboard {
  figures: Figures
  mostCounted: number
  /** of a reseller */
  usage: Usage | null
}

export interface OwnSubscription {
  id: number
  domain: string
  site: string
  systemUser: string
  /** where FTP and SSH are reached; empty in the sandbox */
  address: string
  suspended: boolean
  removing: boolean
  trashedUntil: Date | null
  locked: boolean
  unsynced: boolean
  /** as it was measured last; null: it was not yet */
  disk: Use | null
  traffic: Use | null
}

export interface CustomerDashboard {
  overLimit: typeof overLimit
  subscriptions: OwnSubscription[]
  additionalInformation: string
}

export interface StartPage {
  steps: FirstSteps
}

export const dashboardRoutes = new Hono<Env>()

  .get('/', async (c) => {
    const { db, actor } = c.var
    // what else the account has is none of its business.
    if (actor.role === 'mail') return page(c, 'dashboard/mail', {})
    if (actor.kind === 'customer') {
      return page(c, 'dashboard/customer', await ownThings(db, actor))
    }
    const steps = await firstSteps(db, actor)
    if (!steps.customer && maySell(actor)) return c.redirect('/start', 303)
    const [counted, usage] = await Promise.all([figures(db, actor), usageOf(db, actor)])
    return page(c, 'dashboard/seller', { figures: counted, mostCounted, usage })
  })

  // S-2, S-7
  .get('/start', sellersOnly, async (c) => {
    return page(c, 'dashboard/start', { steps: await firstSteps(c.var.db, c.var.actor) })
  })

async function ownThings(db: Db, { accountId }: Actor): Promise<CustomerDashboard> {
  const [own, [account]] = await Promise.all([
    db
      .select({
        id: subscriptions.id,
        domain: subscriptions.domain,
        systemUser: subscriptions.systemUser,
        address: hosts.address,
        suspended: subscriptions.suspended,
        removing: subscriptions.removing,
        trashedUntil: subscriptions.trashedUntil,
        locked: subscriptions.locked,
        unsynced: subscriptions.unsynced,
        values: subscriptions.values,
        disk: measured.disk,
        traffic: measured.traffic,
      })
      .from(subscriptions)
      .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
      .leftJoin(measured, eq(measured.subscriptionId, subscriptions.id))
      .where(eq(subscriptions.accountId, accountId))
      .orderBy(desc(subscriptions.id))
      .limit(50),
    db
      .select({ text: accounts.additionalInformation })
      .from(accounts)
      .where(eq(accounts.id, accountId)),
  ])
  return {
    subscriptions: own.map(({ values, disk, traffic, ...row }) => ({
      ...row,
      disk: use(disk, values.disk),
      traffic: use(traffic, values.traffic),
      site: `http://${row.domain}/`,
      domain: shownDomain(row.domain),
    })),
    additionalInformation: account?.text ?? '',
    overLimit,
  }
}

const use = (used: number | null, allowed: Limit): Use | null =>
  used === null ? null : { used, allowed }
