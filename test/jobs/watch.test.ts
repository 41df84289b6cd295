import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { finish } from '../../src/jobs/finish.ts'
import { release } from '../../src/jobs/release.ts'
import { type JobWatch, jobWatch } from '../../src/jobs/watch.ts'
import { ownDatabase } from '../support/database.ts'
import { ask, claimRooms, empty, north } from './cast.ts'

const db = ownDatabase()
let watch: JobWatch

beforeAll(async () => {
  watch = await jobWatch(db())
})
afterAll(() => watch.close())
beforeEach(() => empty(db()))

/** Longer than any test may take: only a wake can end the wait in time. */
const ages = 60_000

test('wakes who waits when the job ends', async () => {
  const id = await ask(db(), 1)
  await claimRooms(db())
  const ended = watch.finished(id, ages)
  await finish(db(), north, [{ id, lease: 1, steps: [] }])

  expect(await ended).toBe(true)
})

test('knows what ended before', async () => {
  const id = await ask(db(), 1)
  await claimRooms(db())
  await finish(db(), north, [{ id, lease: 1, steps: [] }])

  expect(await watch.finished(id, ages)).toBe(true)
})

test('says no when the time is over', async () => {
  expect(await watch.finished(await ask(db(), 1), 20)).toBe(false)
})

test('says no at once when the job is parked', async () => {
  const id = await ask(db(), 1)
  await claimRooms(db())
  const ended = watch.finished(id, ages)
  await release(db(), north, { id, lease: 1, steps: [] }, { kind: 'park', reason: 'Taken' })

  expect(await ended).toBe(false)
  expect(await watch.finished(id, ages)).toBe(false)
})

test('many wait for many, each for its own', async () => {
  const ids = []
  for (let room = 0; room < 20; room++) ids.push(await ask(db(), room))
  await claimRooms(db())
  const ended = ids.map((id) => watch.finished(id, ages))
  const never = watch.finished(await ask(db(), 99), 200)
  await finish(
    db(),
    north,
    ids.map((id) => ({ id, lease: 1, steps: [] })),
  )

  expect(await Promise.all(ended)).toEqual(ids.map(() => true))
  expect(await never).toBe(false)
})
