import { expect, test } from 'vitest'
import { visit } from '../agent/visitor.ts'
import { until, untilIdle } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { realPanel } from './real-panel.ts'

const db = ownDatabase()
const panel = realPanel(db)
const web = webApp(db)

// F-17
test('a user that is not ours parks the job, until somebody has made room', async () => {
  const machine = panel.machine()
  const { subscription, jobId } = await panel.create('shop.test')
  const { systemUser, id } = subscription
  await machine.sh(
    `useradd --create-home ${systemUser} && echo mine > /home/${systemUser}/diary &&
    echo ${systemUser}:secret | chpasswd`,
  )
  const before = await machine.state()

  await using _ = await panel.runner()
  await until(async () => (await panel.openJob(id))?.state === 'parked')
  expect(await panel.openJob(id)).toMatchObject({ id: jobId, attempts: 1 })
  expect(await machine.state()).toBe(before)

  const reason = `User ${systemUser} exists on this host and is not ours`
  const rita = await web.as(panel.people().rita)
  const job = await rita.read(`/jobs/${jobId}`)
  expect(job).toContain('Needs attention')
  expect(job).toContain(reason)
  const page = await rita.read(`/subscriptions/${id}`)
  expect(page).toContain('waits for somebody to look at it')
  expect(page).toContain(reason)
  expect(page).toContain(`/jobs/${jobId}`)

  // Asked again too early, nothing of that user changes either.
  await rita.post(`/jobs/${jobId}/run`)
  await untilIdle(db())
  await until(async () => (await panel.openJob(id))?.state === 'parked')
  expect(await machine.state()).toBe(before)

  await machine.sh(`userdel --remove ${systemUser}`)
  expect((await rita.post(`/jobs/${jobId}/run`)).status).toBe(303)
  await until(async () => (await panel.openJob(id)) === undefined)
  expect(await reread(db(), subscription)).toMatchObject({ appliedGeneration: 1 })
  expect((await visit(machine, 'shop.test')).status).toBe(200)
  const { stdout } = await machine.run(['id', '-u', systemUser])
  expect(Number(stdout)).toBe(subscription.uid)
  expect(await rita.read(`/subscriptions/${id}`)).toContain('is as wanted')
})
