import type { z } from 'zod'

export interface JobKind<Payload extends object = object> {
  name: string
  /** ids only: a job never carries what can go stale, nor a secret (design §1) */
  payload: z.ZodType<Payload>
  /** work on one key never overlaps, and one of it waits at the most */
  key: (payload: Payload) => string
  /** false: it works on the host itself and not through its agent, so it does not wait for one */
  needsHost?: false
  /** after so many failed runs it is parked with its reason */
  maxAttempts: number
}

/** Declared apart from what runs it, so that rules can ask for work without knowing hosts. */
export function jobKind<Payload extends object>(
  name: string,
  rest: Omit<JobKind<Payload>, 'name'>,
): JobKind<Payload> {
  return { ...rest, name }
}
