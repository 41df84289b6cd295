import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { enqueueAll } from '../../src/jobs/enqueue.ts'
import { history } from '../../src/jobs/history.ts'
import { jobKind } from '../../src/jobs/kind.ts'
import { finishedJobs, jobSteps, jobs } from '../../src/jobs/schema.ts'
import { addHost, ask, boss, empty, endedJob, openJob, paint, sweep } from '../jobs/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { done, running, sweeper, until, untilIdle } from './cast.ts'

const db = ownDatabase()

beforeEach(() => empty(db()))

const park = { state: 'parked' as const }

test('does what is asked for, woken by the asking', async () => {
  await using _ = await running(db.url(), [
    sweeper((runs) => {
      for (const run of runs) run.step({ name: 'sweep', milliseconds: 3, place: 'panel' })
      return done
    }),
  ])
  const id = await ask(db(), 1)

  await until(async () => (await endedJob(db(), id)) !== undefined)
  expect(await endedJob(db(), id)).toMatchObject({ state: 'done', lease: 1 })
  expect(await db().select().from(jobSteps)).toMatchObject([{ jobId: id, run: 1, name: 'sweep' }])
})

// "Jobs are invisible": a long run shows what it has done before it ends
test('tells of steps while the run goes on, and of each once', async () => {
  const gate = Promise.withResolvers<void>()
  const step = { milliseconds: 3, place: 'panel' }
  await using _ = await running(db.url(), [
    sweeper(async (runs) => {
      for (const run of runs) run.step({ ...step, name: 'fetch a broom' })
      await gate.promise
      for (const run of runs) run.step({ ...step, name: 'sweep' })
      return done
    }),
  ])
  const id = await ask(db(), 1)
  const names = async () => {
    const [run] = await history(db(), ((await openJob(db(), id)) ?? (await endedJob(db(), id)))!)
    return run?.steps.map(({ name }) => name) ?? []
  }
  await until(async () => (await names()).length > 0)
  expect(await names()).toEqual(['fetch a broom'])
  expect(await openJob(db(), id)).toMatchObject({ state: 'running' })

  gate.resolve()
  await until(async () => (await endedJob(db(), id)) !== undefined)
  expect(await names()).toEqual(['fetch a broom', 'sweep'])
})

test('forgets the steps of a run that only found its host away', async () => {
  const gate = Promise.withResolvers<void>()
  await using _ = await running(db.url(), [
    sweeper(async ([run]) => {
      run!.step({ name: 'Connect', milliseconds: 600, place: 'north' })
      await gate.promise
      return { kind: 'wait', reason: 'It does not answer.' }
    }),
  ])
  const id = await ask(db(), 1)
  await until(async () => (await db().$count(jobSteps)) === 1)
  gate.resolve()
  await until(async () => (await openJob(db(), id))?.state === 'waiting')
  expect(await db().$count(jobSteps)).toBe(0)
})

test('gives all jobs of one kind on one host to one call, and one call at a time', async () => {
  const host = await addHost(db(), 'only')
  const calls: number[] = []
  const gate = Promise.withResolvers<void>()
  await using _ = await running(db.url(), [
    sweeper(async (runs) => {
      calls.push(runs.length)
      if (calls.length === 1) await gate.promise
      return done
    }),
  ])
  await ask(db(), 0, host)
  await until(() => calls.length === 1)
  const more = [1, 2, 3, 4, 5].map((room) => ({ kind: sweep, payload: { room }, hostId: host }))
  await db().transaction((tx) => enqueueAll(tx, boss, more))
  expect(calls).toEqual([1])

  gate.resolve()
  await untilIdle(db())
  expect(calls).toEqual([1, 5])
})

test('a slow host does not hold up another, nor work that needs none', async () => {
  const slow = await addHost(db(), 'slow')
  const quick = await addHost(db(), 'quick')
  const gate = Promise.withResolvers<void>()
  await using _ = await running(db.url(), [
    sweeper(async ([run]) => {
      if (run!.job.hostId === slow) await gate.promise
      return done
    }),
  ])
  await ask(db(), 1, slow)
  await ask(db(), 2, quick)
  await ask(db(), 3, null)

  await until(async () => (await db().$count(finishedJobs)) === 2)
  gate.resolve()
})

describe('goes on with the next job when', () => {
  test('it does not know a kind (F-147)', async () => {
    await using _ = await running(db.url(), [sweeper(() => done)])
    const strange = await ask(db(), 1, null, { kind: paint })
    const plain = await ask(db(), 2)

    await until(async () => (await endedJob(db(), plain)) !== undefined)
    await untilIdle(db())
    expect(await openJob(db(), strange)).toMatchObject({
      ...park,
      reason: 'This version cannot do this kind of job.',
    })
  })

  test('a payload is broken, and does the others of the call (F-147)', async () => {
    const broken = await ask(db(), 1)
    const whole = await ask(db(), 2)
    await db()
      .update(jobs)
      .set({ payload: { rome: 1 } })
      .where(eq(jobs.id, broken))
    await using _ = await running(db.url(), [sweeper(() => done)])

    await untilIdle(db())
    expect(await openJob(db(), broken)).toMatchObject(park)
    expect(await endedJob(db(), whole)).toMatchObject({ state: 'done' })
  })

  test('a handler throws, or says nothing of a job', async () => {
    const silent = jobKind('test.silent', { ...sweep })
    const thrown = await ask(db(), 1)
    const unsaid = await ask(db(), 2, null, { kind: silent })
    await using _ = await running(db.url(), [
      sweeper(() => {
        throw new Error('The broom broke')
      }),
      { kind: silent as never, run: async () => new Map() },
    ])

    await untilIdle(db())
    expect(await openJob(db(), thrown)).toMatchObject({ reason: 'The broom broke', attempts: 1 })
    expect(await openJob(db(), unsaid)).toMatchObject({
      reason: 'It ended without a result.',
      attempts: 1,
    })
  })

  // F-149: the database refuses what a run says of itself.
  test('a result cannot be stored', async () => {
    const bad = await ask(db(), 1)
    const good = await ask(db(), 2)
    const step = { name: 'sweep', place: 'panel' }
    await using _ = await running(db.url(), [
      sweeper((runs) => {
        for (const run of runs) {
          run.step({ ...step, milliseconds: run.payload.room === 1 ? 1e12 : 1 })
        }
        return done
      }),
    ])

    await untilIdle(db())
    expect(await openJob(db(), bad)).toMatchObject(park)
    expect((await openJob(db(), bad))!.reason).toContain('could not be stored')
    expect(await endedJob(db(), good)).toMatchObject({ state: 'done' })
  })
})

test('tries a host that was away again by itself (F-150)', async () => {
  const host = await addHost(db(), 'away', { state: 'offline' })
  const id = await ask(db(), 1, host)
  await db().update(hosts).set({ retryAt: sql`now() + interval '0.3 s'` })
  await using _ = await running(db.url(), [sweeper(() => done)], { pollMilliseconds: 50 })

  await until(async () => (await endedJob(db(), id)) !== undefined)
})

describe('when it is to stop', () => {
  test('it ends what it is at and takes no more', async () => {
    const gate = Promise.withResolvers<void>()
    let begun = 0
    const runner = await running(db.url(), [
      sweeper(async () => {
        begun++
        await gate.promise
        return done
      }),
    ])
    const first = await ask(db(), 1)
    await until(() => begun === 1)
    const stopped = runner.stop()
    const second = await ask(db(), 2)
    gate.resolve()
    await stopped

    expect(await endedJob(db(), first)).toMatchObject({ state: 'done' })
    expect(await openJob(db(), second)).toMatchObject({ state: 'waiting', attempts: 0 })
  })

  test('it gives back what does not end in time', async () => {
    let begun = 0
    const runner = await running(db.url(), [
      sweeper(async () => {
        begun++
        return new Promise(() => {})
      }),
    ])
    const id = await ask(db(), 1)
    await until(() => begun === 1)
    await runner.stop(20)

    expect(await openJob(db(), id)).toMatchObject({ state: 'waiting', attempts: 0, crashes: 0 })
  })
})

describe('the lease', () => {
  test('is kept however long a run takes, though the program hangs for a while (F-167)', async () => {
    const gate = Promise.withResolvers<void>()
    let begun = 0
    await using runner = await running(
      db.url(),
      [
        sweeper(async () => {
          begun++
          await gate.promise
          return done
        }),
      ],
      { leaseSeconds: 1 },
    )
    const id = await ask(db(), 1)
    await until(() => begun === 1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    const first = (await openJob(db(), id))!.leaseUntil!
    await until(async () => (await openJob(db(), id))!.leaseUntil! > first)

    expect(await openJob(db(), id)).toMatchObject({ lockedBy: runner.id, lease: 1 })
    gate.resolve()
    await until(async () => (await endedJob(db(), id)) !== undefined)
    expect(await endedJob(db(), id)).toMatchObject({ lease: 1 })
  })

  test('of a dead runner is taken over (F-141)', async () => {
    const id = await ask(db(), 1)
    await db().execute(
      sql`select from claim_jobs(${crypto.randomUUID()}, 1, 9, 9, '{}', '{}', '{}')`,
    )
    await using _ = await running(db.url(), [sweeper(() => done)], { leaseSeconds: 1 })

    await until(async () => (await endedJob(db(), id)) !== undefined)
    expect(await endedJob(db(), id)).toMatchObject({ state: 'done', lease: 2, crashes: 1 })
  })

  test('that was lost makes the late result void (F-144)', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let begun = 0
    const handler = sweeper(async () => {
      await gates[begun++]!.promise
      return done
    })
    await using _slow = await running(db.url(), [handler], { jobs: 1 })
    const id = await ask(db(), 1)
    await until(() => begun === 1)
    await using next = await running(db.url(), [handler], { leaseSeconds: 1 })
    await db().update(jobs).set({ leaseUntil: sql`now() - interval '1 s'` })
    await until(() => begun === 2)

    gates[0]!.resolve()
    gates[1]!.resolve()
    await until(async () => (await endedJob(db(), id)) !== undefined)
    expect(await endedJob(db(), id)).toMatchObject({ lease: 2, lockedBy: next.id })
  })
})
