import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { finish } from '../../src/jobs/finish.ts'
import { extendLeases } from '../../src/jobs/lease.ts'
import type { Undone } from '../../src/jobs/outcome.ts'
import { release } from '../../src/jobs/release.ts'
import { rescue } from '../../src/jobs/rescue.ts'
import { finishedJobs, jobRuns, jobSteps, jobs } from '../../src/jobs/schema.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'
import { age, ask, claimRooms, empty, endedJob, north, openJob, south } from './cast.ts'

const db = ownDatabase()

beforeEach(() => empty(db()))

const steps = [{ name: 'mop', milliseconds: 12.4, place: 'north wing', exitCode: 0, output: 'wet' }]

/** Claims the only job and gives its run up. */
async function runAndGiveUp(undone: Undone) {
  await db().update(jobs).set({ runAt: sql`now()` })
  await claimRooms(db())
  const [job] = await db().select().from(jobs)
  return release(db(), north, { id: job!.id, lease: job!.lease, steps }, undone)
}

const wait = async (id: number) => {
  const [row] = await db().execute<{ seconds: number }>(
    sql`select extract(epoch from run_at - now())::float as seconds from jobs where id = ${id}`,
  )
  return row!.seconds
}

describe('done', () => {
  test('it leaves the hot table with its steps', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())

    expect(await finish(db(), north, [{ id, lease: 1, steps }])).toEqual([id])
    expect(await openJob(db(), id)).toBeUndefined()
    expect(await endedJob(db(), id)).toMatchObject({ state: 'done', reason: '', lease: 1 })
    expect(await db().select().from(jobSteps)).toEqual([
      {
        jobId: id,
        run: 1,
        number: 1,
        name: 'mop',
        place: 'north wing',
        milliseconds: 12,
        exitCode: 0,
        output: 'wet',
      },
    ])
  })

  test('it is refused from a runner that lost it, and from an older run (F-144)', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db(), north)
    await age(db(), 60)
    await rescue(db())
    await claimRooms(db(), south)

    expect(await finish(db(), north, [{ id, lease: 1, steps }])).toEqual([])
    expect(await finish(db(), south, [{ id, lease: 1, steps }])).toEqual([])
    expect(await release(db(), north, { id, lease: 1, steps }, { kind: 'park', reason: '' })).toBe(
      false,
    )
    expect(await openJob(db(), id)).toMatchObject({ state: 'running', lockedBy: south, lease: 2 })
    expect(await db().select().from(jobSteps)).toEqual([])
  })

  test('it counts though the lease is over, as long as nobody else took it (F-175)', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())
    await age(db(), 600)

    expect(await finish(db(), north, [{ id, lease: 1, steps: [] }])).toEqual([id])
  })
})

describe('failed', () => {
  test('it waits longer each time, then is parked with its reason (F-149)', async () => {
    const id = await ask(db(), 1)

    await runAndGiveUp({ kind: 'retry', error: 'The bucket is empty' })
    expect(await openJob(db(), id)).toMatchObject({ state: 'waiting', attempts: 1, lockedBy: null })
    expect(await wait(id)).toBeGreaterThan(0.9)
    expect(await wait(id)).toBeLessThanOrEqual(2)

    await runAndGiveUp({ kind: 'retry', error: 'The bucket is empty' })
    expect(await wait(id)).toBeGreaterThan(1.9)

    await runAndGiveUp({ kind: 'retry', error: 'The bucket leaks' })
    expect(await openJob(db(), id)).toMatchObject({
      state: 'parked',
      attempts: 3,
      reason: 'The bucket leaks',
    })
    expect(await claimRooms(db())).toEqual([])
    expect((await db().select().from(jobRuns)).map((run) => [run.run, run.outcome])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'failed'],
    ])
    expect(await db().$count(jobSteps)).toBe(3)
  })

  test('it is parked at once when trying again would not help', async () => {
    const id = await ask(db(), 1)
    await runAndGiveUp({ kind: 'park', reason: 'The name is taken' })

    expect(await openJob(db(), id)).toMatchObject({ state: 'parked', reason: 'The name is taken' })
  })

  test('it shows no secrets', async () => {
    const id = await ask(db(), 1)
    await runAndGiveUp({ kind: 'retry', error: 'chpasswd: password=Geheim7 refused' })

    expect(await openJob(db(), id)).toMatchObject({ reason: 'chpasswd: password=[hidden] refused' })
  })

  test('it gives way to newer work of its key', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())
    const newer = await ask(db(), 1)
    await release(db(), north, { id, lease: 1, steps }, { kind: 'retry', error: 'No' })

    expect(await endedJob(db(), id)).toMatchObject({ state: 'cancelled' })
    expect(await openJob(db(), newer)).toMatchObject({ state: 'waiting', attempts: 0 })
  })

  test('it gives way to newer work that is asked for in the same moment', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())
    let late: Promise<boolean> | undefined

    await db().transaction(async (tx) => {
      await tx.execute(
        sql`insert into jobs (kind, key, payload) select kind, key, payload from jobs`,
      )
      late = release(db(), north, { id, lease: 1, steps }, { kind: 'retry', error: 'No' })
      await untilBlocked(db())
    })
    expect(await late).toBe(true)
    expect(await endedJob(db(), id)).toMatchObject({ state: 'cancelled' })
    expect(await db().$count(jobs)).toBe(1)
  })
})

test('a host that is away costs no attempt and no line in the history (F-150)', async () => {
  const id = await ask(db(), 1)
  await runAndGiveUp({ kind: 'wait', reason: 'It does not answer.' })

  expect(await openJob(db(), id)).toMatchObject({
    state: 'waiting',
    attempts: 0,
    reason: 'It does not answer.',
  })
  expect(await db().select().from(jobRuns)).toEqual([])
})

test('one that is given back is free at once and as it was', async () => {
  const id = await ask(db(), 1)
  await runAndGiveUp({ kind: 'returned' })

  expect(await openJob(db(), id)).toMatchObject({ state: 'waiting', attempts: 0, crashes: 0 })
  expect(await claimRooms(db(), south)).toEqual([1])
})

describe('when its runner dies', () => {
  test('it is free when the lease is over, by the database’s clock (F-141, F-146)', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())
    expect(await rescue(db())).toBe(0)

    await age(db(), 19)
    expect(await rescue(db())).toBe(0)
    await age(db(), 2)
    expect(await rescue(db())).toBe(1)
    expect(await openJob(db(), id)).toMatchObject({ state: 'waiting', attempts: 0, crashes: 1 })
    expect(await db().select().from(jobRuns)).toMatchObject([{ run: 1, outcome: 'lost' }])
  })

  test('it is kept by a sign of life', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())
    await age(db(), 19)

    expect(await extendLeases(db(), north, [id])).toEqual([id])
    expect(await extendLeases(db(), south, [id])).toEqual([])
    await age(db(), 10)
    expect(await rescue(db())).toBe(0)
  })

  test('the third time in a row parks it', async () => {
    const id = await ask(db(), 1)
    for (const _ of [1, 2, 3]) {
      await claimRooms(db())
      await age(db(), 60)
      await rescue(db())
    }

    expect(await openJob(db(), id)).toMatchObject({ state: 'parked', crashes: 3 })
  })

  test('two who notice it count it once', async () => {
    const id = await ask(db(), 1)
    await claimRooms(db())
    await age(db(), 60)

    const both = await Promise.all([rescue(db()), rescue(db())])
    expect(both.toSorted()).toEqual([0, 1])
    expect(await openJob(db(), id)).toMatchObject({ crashes: 1 })
  })
})

test('hundreds end in one statement, their waiters told', async () => {
  for (let room = 0; room < 5; room++) await ask(db(), room)
  await claimRooms(db())
  const all = await db().select().from(jobs)

  await finish(
    db(),
    north,
    all.map(({ id, lease }) => ({ id, lease, steps })),
  )
  expect(await db().$count(finishedJobs, eq(finishedJobs.state, 'done'))).toBe(5)
})
