import { type SQL, sql } from 'drizzle-orm'
import type { Held, StepEntry } from './outcome.ts'
import { presentable } from './output.ts'

export interface Run extends Held {
  steps: StepEntry[]
}

/** More would tell nobody anything. */
const mostSteps = 200

/**
 * Part of a statement: keeps the steps of those runs that `ended` names by `id` and `lease`. Empty
 * when there are none.
 */
export function storedSteps(runs: Run[]): SQL {
  const rows = runs.flatMap(stepRows)
  return rows.length === 0
    ? sql``
    : sql`,
    stored as (
      insert into job_steps (job_id, run, number, name, place, milliseconds, exit_code, output)
      select step.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as step (
        job_id bigint, run integer, number integer, name text, place text, milliseconds integer,
        exit_code integer, output text)
      join ended on ended.id = step.job_id and ended.lease = step.run)`
}

function stepRows({ id, lease, steps }: Run) {
  return steps.slice(0, mostSteps).map((step, index) => ({
    job_id: id,
    run: lease,
    number: index + 1,
    name: presentable(step.name, 200),
    place: presentable(step.place, 200),
    milliseconds: Math.round(step.milliseconds),
    exit_code: step.exitCode ?? null,
    output: presentable(step.output ?? ''),
  }))
}
