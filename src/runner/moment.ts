/**
 * The moments of a run, in this order; `step:` comes with its name. Tests end the process at each of
 * them and look what the next one makes of it (F-141).
 */
export type Moment =
  | 'claimed'
  | 'opened'
  | 'sent'
  | `step:${string}`
  | 'result'
  | 'stored'
  | 'finished'

export type Observe = (moment: Moment, jobIds: number[]) => void
