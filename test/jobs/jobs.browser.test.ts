import { beforeAll, expect, test } from 'vitest'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { finish } from '../../src/jobs/finish.ts'
import { release } from '../../src/jobs/release.ts'
import { applySubscription } from '../../src/subscriptions/jobs.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { browserPanel } from '../browser/browser.ts'
import { aHost, aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { claimRooms, north } from './cast.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

const steps = [
  { name: 'Connect', milliseconds: 2, place: 'sandbox' },
  { name: 'Users', milliseconds: 31, place: 'sandbox', exitCode: 0 },
  {
    name: 'Web server',
    milliseconds: 106,
    place: 'sandbox',
    exitCode: 1,
    output: 'nginx: [emerg] unknown directive',
  },
  { name: 'Store the result', milliseconds: 4, place: 'panel' },
]

let count = 0
async function subscribe(host = people.host): Promise<Subscription> {
  const domain = `shop${++count}.test`
  return aSubscription(db(), people.cato.account, host, people.ritasGold, domain)
}

const ask = ({ id, hostId, accountId }: Subscription) =>
  db().transaction((tx) =>
    enqueue(tx, people.rita.actor, {
      kind: applySubscription,
      payload: { subscriptionId: id },
      hostId,
      accountId,
      subscriptionId: id,
    }),
  )

/** A job that failed once, and then was done. */
async function doneJob() {
  const id = await ask(await subscribe())
  await claimRooms(db())
  await release(db(), north, { id, lease: 1, steps }, { kind: 'retry', error: 'nginx is unwell' })
  await db().execute(`update jobs set run_at = now() where id = ${id}`)
  await claimRooms(db())
  await finish(db(), north, [{ id, lease: 2, steps: steps.slice(0, 2) }])
  return id
}

test.each([
  { js: true, width: 1280, dark: false },
  { js: true, width: 390, dark: true },
])('jobs can be read by anybody, at $width pixels', async (look) => {
  const away = await aHost(db(), `away${look.width}`, {
    state: 'offline',
    stateReason: 'It does not answer.',
  })
  const done = await doneJob()
  const parked = await ask(await subscribe())
  await claimRooms(db())
  await release(
    db(),
    north,
    { id: parked, lease: 1, steps },
    { kind: 'park', reason: 'uid is taken' },
  )
  await ask(await subscribe(away))
  await using visit = await panel.open(look)
  await visit.signIn('ada')

  for (const [name, path] of Object.entries({ list: '/jobs', job: `/jobs/${done}` })) {
    await visit.page.goto(path)
    await visit.shoot(`jobs-${name}`)
    expect(await visit.violations(), path).toEqual([])
  }
})

test.each([true, false])('a job’s page follows it to its end, JavaScript %s', async (js) => {
  const id = await ask(await subscribe())
  await using visit = await panel.open({ js })
  await visit.signIn('rita')
  await visit.page.goto(`/jobs/${id}`)
  await visit.page.getByText('Waiting', { exact: true }).waitFor()

  await claimRooms(db())
  await finish(db(), north, [{ id, lease: 1, steps }])
  await visit.page.getByText('Done').first().waitFor()
  await visit.page.getByText('Web server').waitFor()
  expect(await visit.page.getByRole('button', { name: 'Cancel job' }).count()).toBe(0)
})

test.each([true, false])('Retry and Cancel work, JavaScript %s', async (js) => {
  const id = await ask(await subscribe())
  await claimRooms(db())
  await release(db(), north, { id, lease: 1, steps }, { kind: 'park', reason: 'uid is taken' })
  await using visit = await panel.open({ js })
  await visit.signIn('rita')
  await visit.page.goto(`/jobs/${id}`)

  await visit.page.getByRole('button', { name: 'Retry' }).click()
  await visit.page.getByText('The job starts again.').waitFor()
  await visit.page.getByRole('button', { name: 'Cancel job' }).click()
  await visit.page.getByText('The job is cancelled.').waitFor()
  await visit.page.getByText('Cancelled', { exact: true }).waitFor()
})
