import { setTimeout as pause } from 'node:timers/promises'
import { lte, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { scheduleRuns } from '../jobs/schema.ts'
import type { Report } from './report.ts'

/** Something small that is due again and again, and does no harm when it is done once too often. */
export interface Task {
  name: string
  seconds: number
  run: () => Promise<unknown>
}

/** Every process keeps the time; the database says which of them begins a task. */
export function startSchedule(db: Database, tasks: Task[], report: Report) {
  const stopping = new AbortController()
  const { signal } = stopping

  async function keep(task: Task) {
    while (!signal.aborted) {
      // Not awaited: a task that hangs does not keep itself from being tried again.
      void begin(task)
      await pause(task.seconds * 1000, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  async function begin(task: Task) {
    try {
      if (await isDue(db, task)) await task.run()
    } catch (error) {
      if (!signal.aborted) report(`The task “${task.name}” failed, it will be tried again:`, error)
    }
  }

  for (const task of tasks) void keep(task)
  return { stop: () => stopping.abort() }
}

/** True for one caller per interval, by the database's clock (F-146). */
export async function isDue(db: Database, { name, seconds }: Omit<Task, 'run'>): Promise<boolean> {
  // Timers are not exact: what is due in a moment counts as due, or every second run would be missed.
  const ago = sql`now() - make_interval(secs => ${seconds * 0.9})`
  const begun = await db
    .insert(scheduleRuns)
    .values({ task: name, startedAt: sql`now()` })
    .onConflictDoUpdate({
      target: scheduleRuns.task,
      set: { startedAt: sql`now()` },
      setWhere: lte(scheduleRuns.startedAt, ago),
    })
    .returning({ task: scheduleRuns.task })
  return begun.length > 0
}
