import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sealingKey } from '../../src/auth/sealing.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import type { Message } from '../../src/messages/schema.ts'
import type { Moment } from '../../src/runner/moment.ts'
import { age } from '../jobs/cast.ts'
import { running, until, untilIdle } from '../runner/cast.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { startRunnerProcess } from '../support/runner-process.ts'
import { queued, read, set, toCato, triesOf } from './cast.ts'
import { type MailServer, mailServer } from './mail-server.ts'

/** Each starts a program; on a busy machine that alone takes its time. */
const patience = { timeout: 240_000 }

const db = ownDatabase()
const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-mail-'))
const key = sealingKey(dataFolder)
let people: Cast
let server: MailServer

beforeAll(async () => {
  people = await cast(db())
  server = await mailServer({ user: 'panel', password: 'secret' })
  await set(db(), { sender: 'panel@host.test', smtp: server.smtp(key) })
})
afterAll(async () => {
  await server.close()
  rmSync(dataFolder, { recursive: true, force: true })
})
beforeEach(async () => {
  server.received.length = 0
  server.trouble.beforeAnswer = () => {}
  server.trouble.beforeRecipient = () => {}
  await emptied(db(), ['messages', 'deliveries', 'jobs'])
})

/** Another runner, after the time in which the dead one could have come back. */
async function runNext() {
  await age(db(), 60)
  await using _ = await running(db.url(), [deliverMessageHandler], { sealingKey: key })
  await untilIdle(db())
}

interface End {
  /** how often the mail server took it */
  taken: number
  state: Message['state']
  tries: number
}

// F-62, F-141: the mail server is a real one, and counts.
test.each<[Moment, End]>([
  ['claimed', { taken: 1, state: 'sent', tries: 1 }],
  ['opened', { taken: 1, state: 'sent', tries: 2 }],
  ['sent', { taken: 0, state: 'unknown', tries: 1 }],
  ['result', { taken: 1, state: 'unknown', tries: 1 }],
  ['stored', { taken: 1, state: 'sent', tries: 1 }],
  ['finished', { taken: 1, state: 'sent', tries: 1 }],
])('a runner killed at “%s” sends nothing twice', patience, async (killAt, { taken, ...left }) => {
  const id = await queued(db(), people, toCato(people))
  await using runner = await startRunnerProcess({ url: db.url(), dataFolder, killAt })
  expect(await runner.ended).toMatchObject({ signal: 'SIGKILL' })
  await runNext()
  await runNext()

  expect(server.received.length).toBe(taken)
  expect(await read(db(), id)).toMatchObject(left)
})

test(
  'nor one that is killed when the server has the message and has not said so',
  patience,
  async () => {
    const id = await queued(db(), people, toCato(people))
    await using runner = await startRunnerProcess({ url: db.url(), dataFolder })
    server.trouble.beforeAnswer = async () => {
      runner.signal('SIGKILL')
      await runner.ended
    }
    await runner.ended
    await runNext()
    await runNext()

    expect(server.received.length).toBe(1)
    const message = await read(db(), id)
    expect(message).toMatchObject({ state: 'unknown', tries: 1 })
    expect(message.reason).toContain('The runner stopped')
    expect(await triesOf(db(), id)).toMatchObject([{ number: 1, outcome: 'unknown' }])
  },
)

test('one that slept through its lease does not send what another has sent', patience, async () => {
  const id = await queued(db(), people, toCato(people))
  await using runner = await startRunnerProcess({ url: db.url(), dataFolder })
  let asleep = false
  server.trouble.beforeRecipient = async () => {
    server.trouble.beforeRecipient = () => {}
    runner.signal('SIGSTOP')
    asleep = true
    await until(() => server.received.length === 1)
  }
  await until(() => asleep)
  await runNext()
  runner.signal('SIGCONT')
  await until(() => runner.moments.includes('finished'))

  expect(server.received.length).toBe(1)
  expect(await read(db(), id)).toMatchObject({ state: 'sent', tries: 2 })
  expect(await triesOf(db(), id)).toMatchObject([
    { outcome: 'failed', answer: 'Another try has begun meanwhile.' },
    { outcome: 'sent' },
  ])
})

test('a message whose answer is lost on the way is known to be unknown', async () => {
  server.trouble.beforeAnswer = () => {
    for (const connection of server.connections()) connection.destroy()
  }
  const id = await queued(db(), people, toCato(people))
  await runNext()
  await runNext()

  expect(server.received.length).toBe(1)
  expect(await read(db(), id)).toMatchObject({ state: 'unknown', tries: 1 })
})
