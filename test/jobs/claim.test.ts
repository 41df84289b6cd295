import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { claim } from '../../src/jobs/claim.ts'
import { bulk, enqueueAll } from '../../src/jobs/enqueue.ts'
import { jobKind } from '../../src/jobs/kind.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'
import {
  addHost,
  anyRoom,
  ask,
  boss,
  claimRooms,
  empty,
  north,
  openJob,
  paint,
  south,
  sweep,
} from './cast.ts'

const db = ownDatabase(24)

beforeEach(() => empty(db()))

const askMany = (count: number, hostId: number | null, from = 0) =>
  db().transaction((tx) =>
    enqueueAll(
      tx,
      boss,
      Array.from({ length: count }, (_, index) => ({
        kind: sweep,
        payload: { room: from + index },
        hostId,
        priority: bulk,
      })),
    ),
  )

test('marks what it hands out with runner, run and lease', async () => {
  const id = await ask(db(), 1)
  await claimRooms(db())

  const job = await openJob(db(), id)
  expect(job).toMatchObject({ state: 'running', lockedBy: north, lease: 1, attempts: 0 })
  expect(job!.leaseUntil!.getTime() - job!.startedAt!.getTime()).toBe(20_000)
})

test('hands nothing out twice', async () => {
  await ask(db(), 1)

  expect(await claimRooms(db(), north)).toEqual([1])
  expect(await claimRooms(db(), south)).toEqual([])
})

test('leaves what is not due, by the database’s clock (F-146)', async () => {
  await ask(db(), 1)
  await ask(db(), 2)
  await db().update(jobs).set({ runAt: sql`now() + interval '1 hour'` }).where(eq(jobs.key, '2'))

  expect(await claimRooms(db())).toEqual([1])
})

test('does not wait for a job that somebody else is changing', async () => {
  const busy = await ask(db(), 1)
  await ask(db(), 2)

  await db().transaction(async (tx) => {
    await tx.select().from(jobs).where(eq(jobs.id, busy)).for('update')
    expect(await claimRooms(db())).toEqual([2])
  })
  expect(await claimRooms(db())).toEqual([1])
})

describe('a host', () => {
  test.each(['new', 'enrolling', 'key-changed', 'failed'] as const)(
    'that is %s is left alone',
    async (state) => {
      await ask(db(), 1, await addHost(db(), 'far', { state }))
      await ask(db(), 2, await addHost(db(), 'near'))

      expect(await claimRooms(db())).toEqual([2])
    },
  )

  test('that is not ready can still be worked on itself, beside its limit', async () => {
    const build = jobKind('test.build', { ...sweep, needsHost: false })
    const host = await addHost(db(), 'new', { state: 'new', jobLimit: 1 })
    await ask(db(), 1, host)
    await ask(db(), 2, host, { kind: build })
    await ask(db(), 3, host, { kind: build })

    expect(await claimRooms(db())).toEqual([2, 3])
  })

  test('that was away is tried with one job when its time has come (F-150)', async () => {
    const away = await addHost(db(), 'away', {
      state: 'offline',
      retryAt: sql`now() + interval '20 s'` as unknown as Date,
    })
    await askMany(30, away)
    expect(await claimRooms(db())).toEqual([])

    await db().update(hosts).set({ retryAt: sql`now()` })
    expect(await claimRooms(db())).toHaveLength(1)
    expect(await claimRooms(db())).toEqual([])
  })

  test('gets no more at a time than its limit, over all runners', async () => {
    await askMany(30, await addHost(db(), 'small', { jobLimit: 4 }))
    await askMany(30, await addHost(db(), 'large', { jobLimit: 7 }), 100)

    expect(await claimRooms(db(), north)).toHaveLength(11)
    expect(await claimRooms(db(), south)).toEqual([])
    await db().delete(jobs).where(eq(jobs.key, '0'))
    expect(await claimRooms(db(), south)).toHaveLength(1)
  })

  test('that a call is under way to gives no more of that kind to that runner', async () => {
    const host = await addHost(db(), 'only')
    await ask(db(), 1, host)
    await ask(db(), 2, host, { kind: paint })
    const lanes = [{ place: host, kind: sweep.name, room: 0 }]

    expect(await claimRooms(db(), north, { lanes })).toEqual([2])
    expect(await claimRooms(db(), south)).toEqual([1])
  })
})

describe('of many', () => {
  test('a host known to be quick gets more at a time, one known to be slow fewer', async () => {
    const [quick, slow, new_] = [
      await addHost(db(), 'quick'),
      await addHost(db(), 'slow'),
      await addHost(db(), 'new'),
    ]
    for (const [n, host] of [quick, slow, new_].entries()) await askMany(30, host, n * 100)
    const lane = { kind: sweep.name }
    const lanes = [
      { ...lane, place: quick, room: 20 },
      { ...lane, place: slow, room: 2 },
    ]
    const rooms = await claimRooms(db(), north, { perLane: 5, lanes })
    const count = (n: number) => rooms.filter((room) => Math.floor(room / 100) === n).length
    expect([count(0), count(1), count(2)]).toEqual([20, 2, 5])
  })

  test('urgent ones go before bulk, then in the order they were asked for (F-165)', async () => {
    await askMany(50, null)
    await ask(db(), 90)
    await ask(db(), 80)

    expect(await claimRooms(db(), north, { jobs: 2 })).toEqual([80, 90])
    expect(await claimRooms(db(), north, { jobs: 3 })).toEqual([0, 1, 2])
  })

  test('an urgent one goes first in its host’s limit, whatever its kind', async () => {
    const host = await addHost(db(), 'tight', { jobLimit: 1 })
    await ask(db(), 1, host, { kind: paint, priority: bulk })
    await ask(db(), 2, host)

    expect(await claimRooms(db())).toEqual([2])
  })

  test('a long queue on one host holds up no other (F-164)', async () => {
    await askMany(1000, await addHost(db(), 'crowded', { jobLimit: 500 }))
    for (const room of [2001, 2002, 2003]) {
      await ask(db(), room, await addHost(db(), `host ${room}`), { priority: bulk })
    }

    const rooms = await claimRooms(db(), north, { jobs: 8 })
    expect(rooms.filter((room) => room > 2000)).toEqual([2001, 2002, 2003])
  })

  test('no more than asked for, and of one kind and host no more than a call takes', async () => {
    const host = await addHost(db(), 'only')
    await askMany(40, host)
    expect(await claimRooms(db(), north, { perLane: 20 })).toHaveLength(20)
    expect(await claimRooms(db(), north, { jobs: 5 })).toHaveLength(5)
  })
})

describe('runners at once (F-143)', () => {
  test('one that comes while another claims sees what that one took', async () => {
    const host = await addHost(db(), 'small', { jobLimit: 2 })
    await askMany(10, host)

    let late: Promise<number[]> | undefined
    await db().transaction(async (tx) => {
      await tx.execute(sql`select from claim_jobs(${north}, 20, 100, 100, '{}', '{}', '{}')`)
      late = claimRooms(db(), south)
      await untilBlocked(db())
    })
    expect(await late).toEqual([])
  })

  test('ten of them keep every limit and never share a key', async () => {
    for (const limit of [1, 3, 5]) {
      await askMany(60, await addHost(db(), `host ${limit}`, { jobLimit: limit }), limit * 1000)
    }
    const runners = Array.from({ length: 10 }, () => crypto.randomUUID())
    const taken: number[] = []

    await Promise.all(
      runners.map(async (runner) => {
        for (;;) {
          const mine = await claim(db(), runner, anyRoom)
          taken.push(...mine.map((job) => job.id))
          await expectLimitsKept()
          for (const job of mine) await db().delete(jobs).where(eq(jobs.id, job.id))
          if (mine.length === 0 && (await db().$count(jobs)) === 0) return
        }
      }),
    )
    expect(taken).toHaveLength(180)
    expect(new Set(taken).size).toBe(180)
  })

  async function expectLimitsKept() {
    const over = await db().execute(sql`
      select host_id from jobs join hosts on hosts.id = host_id where jobs.state = 'running'
      group by host_id, job_limit having count(*) > job_limit`)
    expect(over).toEqual([])
  }

  test('the table itself refuses a second run of one key', async () => {
    await ask(db(), 1)
    await claimRooms(db())
    await ask(db(), 1)

    const force = db().update(jobs).set({ state: 'running' })
    await expect(force).rejects.toMatchObject({ cause: { code: '23505' } })
  })
})
