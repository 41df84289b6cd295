import type { Said } from '../contract/said.ts'

/** What a run of a job came to; `said`: the same as a host said it. */
export type Outcome =
  | { kind: 'done' }
  /** it failed: again later, and after the kind's last attempt parked */
  | { kind: 'retry'; error: string; said?: Said }
  /** trying again would not help: a person has to look */
  | { kind: 'park'; reason: string; said?: Said }
  /** the host is away or busy: again when it is back, and no attempt is counted */
  | { kind: 'wait'; reason: string }

/** lost: its runner died · returned: its runner stops, nothing happened to the job itself */
export type Undone = Exclude<Outcome, { kind: 'done' }> | { kind: 'lost' } | { kind: 'returned' }

/** A thing done during a run, for people to read. */
export interface StepEntry {
  name: string
  milliseconds: number
  /** a host's name, or `panel` */
  place: string
  exitCode?: number
  output?: string
}

/** `lease` proves that the job is still the runner's that speaks of it (F-144). */
export interface Held {
  id: number
  lease: number
}
