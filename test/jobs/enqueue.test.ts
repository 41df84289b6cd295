import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { bulk, enqueueAll } from '../../src/jobs/enqueue.ts'
import { finish } from '../../src/jobs/finish.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { ownDatabase } from '../support/database.ts'
import { ask, boss, claimRooms, empty, north, openJob, sweep } from './cast.ts'

const db = ownDatabase()

beforeEach(() => empty(db()))

test('goes and comes with the change that asks for it', async () => {
  const change = db().transaction(async (tx) => {
    await enqueueAll(tx, boss, [{ kind: sweep, payload: { room: 1 }, hostId: null }])
    throw new Error('The change is refused')
  })

  await expect(change).rejects.toThrow('refused')
  expect(await db().select().from(jobs)).toEqual([])
})

test('is one job however often it is asked for, at the more urgent priority', async () => {
  const first = await ask(db(), 1, null, { priority: bulk })
  const second = await ask(db(), 1)
  const third = await ask(db(), 1, null, { priority: bulk })

  expect([second, third]).toEqual([first, first])
  expect(await openJob(db(), first)).toMatchObject({ state: 'waiting', priority: 0 })
})

test('starts afresh what was parked', async () => {
  const id = await ask(db(), 1)
  await db().update(jobs).set({ state: 'parked', reason: 'Taken', attempts: 3, crashes: 2 })

  expect(await ask(db(), 1)).toBe(id)
  expect(await openJob(db(), id)).toMatchObject({
    state: 'waiting',
    reason: '',
    attempts: 0,
    crashes: 0,
  })
})

test('is a job of its own while the same work is running, and follows it', async () => {
  const first = await ask(db(), 1)
  await claimRooms(db())
  const second = await ask(db(), 1)

  expect(second).not.toBe(first)
  expect(await claimRooms(db())).toEqual([])

  await finish(db(), north, [{ id: first, lease: 1, steps: [] }])
  expect(await claimRooms(db())).toEqual([1])
})

test('takes ten thousand in one statement, each once', async () => {
  const rooms = Array.from({ length: 10_000 }, (_, index) => index)
  const work = [...rooms, 7].map((room) => ({
    kind: sweep,
    payload: { room },
    hostId: null,
    priority: bulk,
    batchId: 5,
  }))
  const ids = await db().transaction((tx) => enqueueAll(tx, boss, work))

  const [sums] = await db().execute(sql`
    select count(*)::int, count(distinct key)::int as keys, min(priority) as urgent,
      min(batch_id)::int as batch from jobs`)
  expect(new Set(ids).size).toBe(10_000)
  expect(sums).toEqual({ count: 10_000, keys: 10_000, urgent: bulk, batch: 5 })
})

test('two bulk actions in opposite order do not deadlock (F-182)', async () => {
  const rooms = Array.from({ length: 500 }, (_, room) => ({
    kind: sweep,
    payload: { room },
    hostId: null,
    priority: bulk,
    batchId: 5,
  }))
  const both = [rooms, rooms.toReversed()]

  await Promise.all(
    Array.from({ length: 10 }, (_, turn) =>
      db().transaction((tx) => enqueueAll(tx, boss, both[turn % 2]!)),
    ),
  )
  expect(await db().$count(jobs)).toBe(500)
})
