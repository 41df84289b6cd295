import { and, asc, eq, gt } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { MAX_ASKED } from '../contract/usage.ts'
import type { Database } from '../db/database.ts'
import { HostAway, type HostConnection, HostKeyChanged } from '../hosts/connection/hosts.ts'
import { hosts as table } from '../hosts/schema.ts'
import type { Outcome } from '../jobs/outcome.ts'
import { handle, type Run } from '../runner/handler.ts'
import { provider } from '../subscriptions/budget-holder.ts'
import { providersZone } from '../subscriptions/calendar.ts'
import { settleOveruse } from '../subscriptions/overuse.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { measureHost } from './jobs.ts'
import { storeUsage } from './storing.ts'

type HostRun = Run<{ hostId: number }>

/** The host has measured by itself; so many subscriptions at a time are asked for and stored. */
export const measureHostHandler = handle(measureHost, async (runs, { db, hosts }) => {
  const outcomes = new Map<number, Outcome>()
  for (const run of runs) {
    try {
      await measure(db, run, await hosts.open(run.payload.hostId))
      await settleOveruse(db)
      outcomes.set(run.job.id, { kind: 'done' })
    } catch (error) {
      if (!(error instanceof HostAway || error instanceof HostKeyChanged)) throw error
      outcomes.set(run.job.id, { kind: 'wait', reason: error.message })
    }
  }
  return outcomes
})

async function measure(db: Database, run: HostRun, host: HostConnection): Promise<void> {
  const { hostId } = run.payload
  const place = await nameOf(db, hostId)
  for (let after = 0; ; ) {
    const asked = await nextOf(db, hostId, after)
    if (asked.length === 0) return
    const started = performance.now()
    const heard = await host.usage(asked)
    await storeUsage(db, hostId, heard)
    const seen = heard.subscriptions.filter(({ disk }) => disk !== null).length
    run.step({
      name: 'Ask what was measured',
      milliseconds: performance.now() - started,
      place,
      output: `${seen} of ${asked.length}`,
    })
    after = asked.at(-1)!.id
  }
}

const nextOf = (db: Database, hostId: number, after: number) =>
  db
    .select({ id: subscriptions.id, timeZone: providersZone })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(and(eq(subscriptions.hostId, hostId), gt(subscriptions.id, after)))
    .orderBy(asc(subscriptions.id))
    .limit(MAX_ASKED)

async function nameOf(db: Database, hostId: number): Promise<string> {
  const [host] = await db.select({ name: table.name }).from(table).where(eq(table.id, hostId))
  return host?.name ?? ''
}
