import { expect, test } from 'vitest'
import { startPace } from '../../src/runner/pace.ts'

const lane = { place: 1, kind: 'subscriptions.apply' }
const settings = { first: 40, least: 10, most: 200, milliseconds: 3000 }

/** What it comes to when a host takes so long for a call and for each job in it. */
function after(calls: number, { call, job }: { call: number; job: number }): number {
  const pace = startPace(settings)
  const room = () => pace.known()[0]?.room ?? settings.first
  for (let n = 0; n < calls; n++) pace.learn(lane, room(), call + job * room())
  return room()
}

// issue 5: a bulk of 200 changes reloads each service at most a few times
test('a call has as many jobs as a host does in the time an urgent one may wait', () => {
  expect(after(1, { call: 300, job: 10 })).toBe(80)
  expect(after(5, { call: 300, job: 10 })).toBe(200)
  const steady = after(20, { call: 300, job: 50 })
  expect(300 + 50 * steady).toBeLessThanOrEqual(3000)
  expect(steady).toBeGreaterThan(40)
  expect(after(5, { call: 100, job: 2000 })).toBe(10)
})

test('a call with few jobs says nothing of one with many', () => {
  const pace = startPace(settings)
  pace.learn(lane, 1, 120)
  expect(pace.known()).toEqual([{ ...lane, room: 40 }])
})
