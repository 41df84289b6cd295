import { eq } from 'drizzle-orm'
import type { Installable } from '../contract/installable.ts'
import { HostAway, HostKeyChanged, Unknown } from '../hosts/connection/hosts.ts'
import { storeFacts } from '../hosts/health.ts'
import { hosts as table } from '../hosts/schema.ts'
import type { Outcome } from '../jobs/outcome.ts'
import { handle, type Run, type Tools } from '../runner/handler.ts'
import { resyncGrownHosts } from '../subscriptions/resync.ts'
import { installOnHost } from './jobs.ts'

type InstallRun = Run<{ hostId: number; feature: Installable }>

/** One after the other, since apt takes one at a time anyway. */
export const installHandler = handle(installOnHost, async (runs, tools) => {
  const outcomes = new Map<number, Outcome>()
  for (const run of runs) outcomes.set(run.job.id, await install(run, tools))
  return outcomes
})

async function install(run: InstallRun, { db, hosts }: Tools): Promise<Outcome> {
  const { hostId, feature } = run.payload
  const [host] = await db.select().from(table).where(eq(table.id, hostId))
  if (!host) return { kind: 'done' }
  try {
    const connection = await hosts.open(hostId)
    const { error, facts } = await connection.install(feature, ({ step, ms, ok, output }) =>
      run.step({
        name: step,
        place: host.name,
        milliseconds: ms,
        exitCode: ok ? 0 : 1,
        output: output ?? '',
      }),
    )
    await storeFacts(db, hostId, facts)
    if (error !== null) return { kind: 'park', reason: error }
    await resyncGrownHosts(db)
    return { kind: 'done' }
  } catch (error) {
    if (error instanceof HostAway) return { kind: 'wait', reason: error.reason }
    if (error instanceof HostKeyChanged) return { kind: 'wait', reason: error.message }
    if (error instanceof Unknown) return { kind: 'retry', error: error.message }
    throw error
  }
}
