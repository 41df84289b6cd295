import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { Held, StepEntry } from './outcome.ts'
import { presentable } from './output.ts'
import { jobs } from './schema.ts'

export interface Run extends Held {
  steps: StepEntry[]
  /** so many of them are stored already */
  told?: number
}

/** More would tell nobody anything. */
const mostSteps = 200

/** What runs have done so far, of those that still are this runner's (F-144). */
export async function storeSteps(db: Database, runner: string, runs: Run[]): Promise<void> {
  const rows = runs.flatMap(stepRows)
  if (rows.length === 0) return
  await db.execute(sql`with ended as (
    select id, lease from jobs where ${among(
      jobs.id,
      runs.map(({ id }) => id),
    )}
      and locked_by = ${runner} and state = 'running')${storedRows(rows)} select`)
}

/**
 * Part of a statement: keeps the steps of those runs that `ended` names by `id` and `lease`. Empty
 * when there are none.
 */
export function storedSteps(runs: Run[]): SQL {
  const rows = runs.flatMap(stepRows)
  return rows.length === 0 ? sql`` : storedRows(rows)
}

type Row = ReturnType<typeof stepRows>[number]

const storedRows = (rows: Row[]): SQL => sql`,
    stored as (
      insert into job_steps (job_id, run, number, name, place, milliseconds, exit_code, output)
      select step.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as step (
        job_id bigint, run integer, number integer, name text, place text, milliseconds integer,
        exit_code integer, output text)
      join ended on ended.id = step.job_id and ended.lease = step.run
      on conflict do nothing)`

function stepRows({ id, lease, steps, told = 0 }: Run) {
  return steps.slice(told, mostSteps).map((step, index) => ({
    job_id: id,
    run: lease,
    number: told + index + 1,
    name: presentable(step.name, 200),
    place: presentable(step.place, 200),
    milliseconds: Math.round(step.milliseconds),
    exit_code: step.exitCode ?? null,
    output: presentable(step.output ?? ''),
  }))
}
