import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { finishedChannel } from './archive.ts'
import { jobs } from './schema.ts'

export interface JobWatch {
  /** @returns true when the job ended within so many milliseconds, false when not or when it is parked */
  finished(jobId: number, milliseconds: number): Promise<boolean>
  close(): Promise<void>
}

type Wake = () => void

/** Lets a page wait for a job without asking the database again and again. */
export async function jobWatch(db: Database): Promise<JobWatch> {
  const waiting = new Map<number, Set<Wake>>()
  const { unlisten } = await db.$client.listen(finishedChannel, (ids) => {
    for (const id of ids.split(',')) for (const wake of waiting.get(Number(id)) ?? []) wake()
  })

  return {
    async finished(jobId, milliseconds) {
      // First listen, then look: it may end in between.
      const { woken, stop } = wait(waiting, jobId, milliseconds)
      try {
        if (await isUnderWay(db, jobId)) await woken
        return !(await isOpen(db, jobId))
      } finally {
        stop()
      }
    },
    close: async () => void (await unlisten()),
  }
}

function wait(waiting: Map<number, Set<Wake>>, jobId: number, milliseconds: number) {
  const { promise: woken, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  const all = waiting.get(jobId) ?? new Set()
  waiting.set(jobId, all.add(resolve))
  const stop = () => {
    clearTimeout(timer)
    all.delete(resolve)
    if (all.size === 0) waiting.delete(jobId)
  }
  return { woken, stop }
}

const isUnderWay = async (db: Database, id: number) => {
  const underWay = inArray(jobs.state, ['waiting', 'running'])
  return (
    (
      await db
        .select({ id: jobs.id })
        .from(jobs)
        .where(and(eq(jobs.id, id), underWay))
    ).length > 0
  )
}

const isOpen = async (db: Database, id: number) =>
  (await db.select({ id: jobs.id }).from(jobs).where(eq(jobs.id, id))).length > 0
