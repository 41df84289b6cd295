import { expect, test } from 'vitest'
import { fingerprint } from '../../src/hosts/fingerprint.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { visit } from '../agent/visitor.ts'
import { until, untilIdle } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { realPanel } from './real-panel.ts'

const db = ownDatabase()
const panel = realPanel(db)
const web = webApp(db)

// F-151
test('another host key in the middle of work stops the host until an admin has looked', async () => {
  const machine = panel.machine()
  const { rita } = panel.people()
  const ada = await web.as(panel.people().ada)
  const { subscription } = await panel.create('shop.test')
  await using _ = await panel.runner()
  await untilIdle(db())
  const pinned = machine.hostKey
  await machine.newHostKey()
  await machine.crash()
  await machine.boot()

  await suspendSubscription(db(), rita.actor, subscription.id, 'Unpaid')
  await until(async () => (await panel.row()).state === 'key-changed')
  const page = await ada.read(`/hosts/${panel.host().id}`)
  expect(page).toContain('This host shows another key than the confirmed one')
  for (const key of [pinned, machine.hostKey]) expect(page).toContain(fingerprint(key))

  // Not even a sign-in was tried, and the job says what it waits for.
  await untilIdle(db())
  expect(await signIns()).not.toContain('innkeeper')
  expect((await visit(machine, 'shop.test')).status).toBe(200)
  const job = (await panel.openJob(subscription.id))!
  expect(job).toMatchObject({ state: 'waiting', attempts: 0 })
  for (const place of [`/jobs/${job.id}`, `/subscriptions/${subscription.id}`]) {
    expect(await (await web.as(rita)).read(place)).toContain('It shows another key than')
  }

  // Only the key that the admin saw; then the work goes on by itself.
  const confirm = (key: string) =>
    ada.post(`/hosts/${panel.host().id}/key`, { fingerprint: fingerprint(key) })
  expect((await confirm(pinned)).status).toBe(409)
  expect((await confirm(machine.hostKey)).status).toBe(303)
  await until(async () => (await panel.openJob(subscription.id)) === undefined)
  expect(await panel.row()).toMatchObject({ state: 'online', hostKey: machine.hostKey })
  expect(await reread(db(), subscription)).toMatchObject({ appliedGeneration: 2 })
  expect((await visit(machine, 'shop.test')).status).toBe(503)
  expect(await signIns()).toContain('Accepted publickey for innkeeper')
})

/** Since the machine started, also those that were refused. */
const signIns = async () =>
  (await panel.machine().run(['journalctl', '--boot', '--unit', 'ssh', '--no-pager'])).stdout
