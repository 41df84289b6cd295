import { setTimeout as pause } from 'node:timers/promises'
import { connect, disconnect } from '../db/database.ts'
import { extendLeases } from '../jobs/lease.ts'
import { rescue } from '../jobs/rescue.ts'
import type { Report } from './report.ts'

/**
 * Says three times per lease which jobs are still ours, and takes back those of runners that no longer
 * say so. On a connection of its own: no slow query and no full pool can cost us our jobs (F-181).
 */
export function startHeartbeat(
  url: string,
  runner: string,
  seconds: number,
  held: () => number[],
  report: Report,
) {
  const db = connect(url, 1)
  const stopping = new AbortController()

  async function beat() {
    const ids = held()
    if (ids.length > 0) await extendLeases(db, runner, ids, seconds)
    await rescue(db)
  }

  async function keepBeating() {
    while (!stopping.signal.aborted) {
      await beat().catch((error) => report('The heartbeat missed a beat:', error))
      await pause((seconds * 1000) / 3, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const beating = keepBeating()
  return {
    async stop() {
      stopping.abort()
      await beating
      await disconnect(db)
    },
  }
}
