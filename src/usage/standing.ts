import { desc, eq, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import type { Limit } from '../plans/property.ts'
import { provider } from '../subscriptions/budget-holder.ts'
import { providersMonth, providersZone } from '../subscriptions/calendar.ts'
import { measured, type Subscription, subscriptions } from '../subscriptions/schema.ts'
import { usageMonths } from './schema.ts'

/** Bytes of something, and how many it may be. */
export interface Use {
  used: number
  allowed: Limit
}

export type DiskUse = Use & Record<'home' | 'web' | 'mail' | 'databases', number>

export interface Standing {
  /** null: nobody has looked yet */
  disk: DiskUse | null
  /** of the running month; null: its host counts none, or nobody has looked yet */
  traffic: Use | null
  at: Date | null
}

/** What one subscription uses now (S-51, S-52). */
export async function standingOf(db: Db, { id, values }: Subscription): Promise<Standing> {
  const [row] = await db.select().from(measured).where(eq(measured.subscriptionId, id))
  if (!row) return { disk: null, traffic: null, at: null }
  const { disk, home, web, mail, databases, traffic, at } = row
  return {
    disk: { used: disk, allowed: values.disk, home, web, mail, databases },
    traffic: traffic === null ? null : { used: traffic, allowed: values.traffic },
    at,
  }
}

export interface Month extends Use {
  month: string
  web: number
  ftp: number
  mail: number
}

/** The latest first. */
export async function monthsOf(db: Db, { id, values }: Subscription): Promise<Month[]> {
  const [running, rows] = await Promise.all([
    runningMonth(db, id),
    db
      .select()
      .from(usageMonths)
      .where(eq(usageMonths.subscriptionId, id))
      .orderBy(desc(usageMonths.month))
      .limit(60),
  ])
  return rows.map(({ month, web, ftp, mail, allowed }) => ({
    ...{ month, web, ftp, mail, used: web + ftp + mail },
    //
    allowed: month === running.month ? values.traffic : (allowed ?? 'unlimited'),
  }))
}

/** `elapsed`: how much of it is over, from 0 to 1. */
export async function runningMonth(db: Db, id: number) {
  const now = sql`(now() at time zone ${providersZone})`
  const start = sql`date_trunc('month', ${now})`
  const [row] = await db
    .select({
      month: providersMonth,
      elapsed: sql<number>`(extract(epoch from ${now} - ${start})
        / extract(epoch from ${start} + interval '1 month' - ${start}))::double precision`,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(eq(subscriptions.id, id))
  return row!
}
