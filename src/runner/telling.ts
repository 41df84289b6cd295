import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { storeSteps } from '../jobs/steps.ts'
import type { Log } from './call.ts'
import type { Report } from './report.ts'

/** Work that is over sooner tells everything with its result, at no cost of its own. */
const often = 500

/**
 * Stores what runs have done while they go on, so that people see it. What was not told when they end
 * comes with their results; what the database does not take now is left to those as well (F-149).
 */
export function startTelling(db: Database, runner: string, logs: Log[], report: Report) {
  const ended = new AbortController()

  async function tellAll() {
    while (await later()) {
      const untold = logs.filter(({ steps, told }) => steps.length > told)
      const counts = untold.map(({ steps }) => steps.length)
      await storeSteps(db, runner, untold)
      for (const [index, log] of untold.entries()) log.told = counts[index]!
    }
  }

  const later = () => pause(often, true, { signal: ended.signal, ref: false }).catch(() => false)

  tellAll().catch((error) => report('Steps are told at the end only:', error))
  return {
    /** Not awaited: what is still being stored may come twice. */
    stop: () => ended.abort(),
  }
}
