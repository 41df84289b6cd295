import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { mayPass } from '../db/failure.ts'
import { finish } from '../jobs/finish.ts'
import type { Held } from '../jobs/outcome.ts'
import { inWords } from '../jobs/output.ts'
import { release } from '../jobs/release.ts'
import type { Finished } from './call.ts'
import type { Report } from './report.ts'

export interface Results {
  /** Returns at once; the results are stored as soon as the database takes them. */
  push(results: Finished[]): void
  /** Resolves when nothing is left to store. */
  stored(): Promise<void>
}

/**
 * Stores what runs came to. While the database is away the results are kept and tried again, for the
 * work has been done (F-174, F-175); one that it will not have is parked instead (F-149).
 *
 * @param settled told of runs that are no longer this runner's business
 */
export function resultStore(
  db: Database,
  runner: string,
  settled: (runs: Held[]) => void,
  report: Report,
): Results {
  const waiting: Finished[] = []
  let storing: Promise<void> | undefined

  async function storeAll() {
    for (let tries = 0; waiting.length > 0; ) {
      const batch = waiting.slice(0, mostAtOnce)
      try {
        await store(db, runner, batch, report)
        waiting.splice(0, batch.length)
        settled(batch)
        tries = 0
      } catch (error) {
        if (tries++ === 0) report('Results cannot be stored now, trying again:', error)
        await pause(Math.min(2000, 50 * 2 ** tries))
      }
    }
    storing = undefined
  }

  return {
    push(results) {
      waiting.push(...results)
      storing ??= storeAll()
    },
    stored: async () => storing,
  }
}

/** So much work for one statement that none is ever long. */
const mostAtOnce = 2500

/** @throws only what may pass */
async function store(db: Database, runner: string, batch: Finished[], report: Report) {
  try {
    await storeTogether(db, runner, batch)
  } catch (error) {
    if (mayPass(error)) throw error
    if (batch.length > 1) {
      for (const one of batch) await store(db, runner, [one], report)
    } else {
      report('A result cannot be stored:', error)
      await park(db, runner, batch[0]!, error, report)
    }
  }
}

async function storeTogether(db: Database, runner: string, batch: Finished[]) {
  const done = batch.filter(({ outcome }) => outcome.kind === 'done')
  if (done.length > 0) await finish(db, runner, done)
  for (const one of batch) {
    if (one.outcome.kind !== 'done') await release(db, runner, one, one.outcome)
  }
}

/** If even this is refused, its lease runs out, and after three times it is parked by that. */
async function park(
  db: Database,
  runner: string,
  { id, lease }: Finished,
  why: unknown,
  report: Report,
) {
  const reason = `Its result could not be stored. ${inWords(why)}`
  try {
    await release(db, runner, { id, lease, steps: [] }, { kind: 'park', reason })
  } catch (error) {
    if (mayPass(error)) throw error
    report('A job cannot be parked:', error)
  }
}
