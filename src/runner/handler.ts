import type { Database } from '../db/database.ts'
import type { Hosts } from '../hosts/connection/hosts.ts'
import type { Claimed } from '../jobs/claim.ts'
import type { JobKind } from '../jobs/kind.ts'
import type { Outcome, StepEntry } from '../jobs/outcome.ts'
import type { Observe } from './moment.ts'

export interface Run<Payload> {
  readonly job: Claimed
  readonly payload: Payload
  step(entry: StepEntry): void
}

export interface Tools {
  db: Database
  hosts: Hosts
  /** opens what must be clear once (auth/sealing.ts) */
  sealingKey: Buffer
  /** tells of each moment at which a crash would leave other things undone */
  observe: Observe
}

/** What one kind's jobs are run by, with the payload's type out of sight. */
export interface Handler {
  kind: JobKind
  /** @returns for each job, by its number, what its run came to */
  run(jobs: Run<object>[], tools: Tools): Promise<Map<number, Outcome>>
}

/**
 * All claimed jobs of one kind on one host come in one call: they go to the host in one list of
 * documents. An error thrown counts as a failure of each; a job left out of the answer has failed.
 */
export const handle = <Payload extends object>(
  kind: JobKind<Payload>,
  run: (runs: Run<Payload>[], tools: Tools) => Promise<Map<number, Outcome>>,
): Handler => ({ kind: kind as unknown as JobKind, run: run as unknown as Handler['run'] })
