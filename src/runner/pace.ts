import type { Lane, LaneRoom } from '../jobs/claim.ts'

export interface Pace {
  /** jobs of one kind that a host gets in one call, until it is known how long they take there */
  first: number
  least: number
  most: number
  /** a call should take no longer: an urgent job may have to wait for it */
  milliseconds: number
}

export const usualPace: Pace = { first: 40, least: 10, most: 200, milliseconds: 3000 }

export const fixedPace = (jobs: number): Pace => ({
  ...usualPace,
  first: jobs,
  least: jobs,
  most: jobs,
})

/**
 * Jobs that go to a host together share its reloads, so the more the better, up to what it does in
 * the time that somebody would wait.
 */
export function startPace({ first, least, most, milliseconds }: Pace) {
  const known = new Map<string, LaneRoom>()

  return {
    first,
    known: (): LaneRoom[] => [...known.values()],
    learn(lane: Lane, jobs: number, took: number) {
      const before = known.get(nameOf(lane))?.room ?? first
      const fitting = Math.floor((jobs * milliseconds) / Math.max(took, 1))
      const room = fitting < jobs ? fitting : jobs < before ? before : Math.min(fitting, 2 * before)
      known.set(nameOf(lane), { ...lane, room: Math.min(most, Math.max(least, room)) })
    },
  }
}

const nameOf = ({ place, kind }: Lane): string => `${place} ${kind}`
