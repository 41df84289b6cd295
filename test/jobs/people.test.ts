import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { visibleAccountIds } from '../../src/accounts/access.ts'
import type { Actor } from '../../src/audit/actor.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { runAgain } from '../../src/jobs/again.ts'
import { cancel } from '../../src/jobs/cancel.ts'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { finish } from '../../src/jobs/finish.ts'
import { release } from '../../src/jobs/release.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { claimRooms, endedJob, north, openJob, sweep } from './cast.ts'

const db = ownDatabase()
let people: Cast

beforeAll(async () => {
  people = await cast(db())
})

beforeEach(() => emptied(db(), ['jobs', 'finished_jobs', 'job_runs', 'job_steps']))

const scope = (actor: Actor) => (actor.kind === 'admin' ? null : visibleAccountIds(db(), actor))
const cancelAs = (actor: Actor, id: number) => cancel(db(), actor, scope(actor), id)
const retryAs = (actor: Actor, id: number) => runAgain(db(), actor, scope(actor), id)

/** A job for Cato, Rita's customer. */
const catosJob = () =>
  db().transaction((tx) =>
    enqueue(tx, people.cato.actor, {
      kind: sweep,
      payload: { room: 1 },
      hostId: null,
      accountId: people.cato.account.id,
    }),
  )

const audited = async (action: string) =>
  db().select().from(auditEntries).where(eq(auditEntries.action, action))

test('what waits is gone when cancelled (F-160)', async () => {
  const id = await catosJob()
  await cancelAs(people.rita.actor, id)

  expect(await openJob(db(), id)).toBeUndefined()
  expect(await endedJob(db(), id)).toMatchObject({ state: 'cancelled', reason: 'Cancelled.' })
  expect(await audited('job.cancelled')).toMatchObject([
    { actorName: 'rita', objectId: id, accountId: people.cato.account.id },
  ])
})

test('what runs ends its run, then is not tried again (F-160)', async () => {
  const id = await catosJob()
  await claimRooms(db())
  await cancelAs(people.rita.actor, id)
  await cancelAs(people.rita.actor, id)
  expect(await openJob(db(), id)).toMatchObject({ state: 'running', cancelAsked: true })

  await release(db(), north, { id, lease: 1, steps: [] }, { kind: 'retry', error: 'No' })
  expect(await endedJob(db(), id)).toMatchObject({ state: 'cancelled' })
})

test('what runs and gets done is done, cancelled or not (F-160)', async () => {
  const id = await catosJob()
  await claimRooms(db())
  await cancelAs(people.rita.actor, id)
  await finish(db(), north, [{ id, lease: 1, steps: [] }])

  expect(await endedJob(db(), id)).toMatchObject({ state: 'done' })
  await expect(cancelAs(people.rita.actor, id)).rejects.toThrow('too late')
})

test('what is parked starts afresh when it is retried', async () => {
  const id = await catosJob()
  await claimRooms(db())
  await release(db(), north, { id, lease: 1, steps: [] }, { kind: 'park', reason: 'Taken' })
  await retryAs(people.rita.actor, id)

  expect(await openJob(db(), id)).toMatchObject({ state: 'waiting', attempts: 0, reason: '' })
  expect(await claimRooms(db())).toEqual([1])
  expect(await audited('job.retried')).toMatchObject([{ actorName: 'rita', objectId: id }])
})

test('what runs is left alone by a retry', async () => {
  const id = await catosJob()
  await claimRooms(db())
  await retryAs(people.rita.actor, id)

  expect(await openJob(db(), id)).toMatchObject({ state: 'running', lease: 1 })
})

test('a stranger finds nothing, a customer may not, an admin may', async () => {
  const id = await catosJob()

  for (const act of [cancelAs, retryAs]) {
    await expect(act(people.rolf.actor, id)).rejects.toThrow('nothing here')
    await expect(act(people.cleo.actor, id)).rejects.toThrow('nothing here')
    await expect(act(people.cato.actor, id)).rejects.toThrow('Only your provider')
    await expect(act({ ...people.rita.actor, role: 'read' }, id)).rejects.toThrow()
  }
  await retryAs(people.ada.actor, id)
  await cancelAs(people.ada.actor, id)
  expect(await db().$count(jobs)).toBe(0)
})

test('work that belongs to nobody is the admin’s alone', async () => {
  const id = await db().transaction((tx) =>
    enqueue(tx, people.ada.actor, { kind: sweep, payload: { room: 2 }, hostId: null }),
  )

  await expect(cancelAs(people.rita.actor, id)).rejects.toThrow('nothing here')
  await cancelAs(people.ada.actor, id)
})
