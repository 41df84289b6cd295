import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { finishedJobs } from '../../src/jobs/schema.ts'
import { handlers } from '../../src/runner/handlers.ts'
import type { Moment } from '../../src/runner/moment.ts'
import { parts } from '../../src/runner/parts.ts'
import { removeSubscription } from '../../src/subscriptions/removal.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { age } from '../jobs/cast.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { startRunnerProcess } from '../support/runner-process.ts'
import { running, until, untilIdle } from './cast.ts'

const db = ownDatabase()
const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-kill-'))
let people: Cast

beforeAll(async () => {
  people = await cast(db())
})
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }))

const openSandbox = () => openHosts({ db: db(), dataFolder, key: panelKey(dataFolder) })

let count = 0
async function tellOfNew(): Promise<Subscription> {
  const { cato, host, ritasGold } = people
  const domain = `site${++count}.test`
  const fresh = await aSubscription(db(), cato.account, host, ritasGold, domain, {
    appliedGeneration: 0,
  })
  await db().transaction((tx) => tellHosts(tx, people.rita.actor, [fresh]))
  return fresh
}

async function runAll() {
  await using _ = await running(db.url(), handlers, { hosts: openSandbox() })
  await untilIdle(db())
}

/** One to create, one to suspend, one to remove; all three wait for a runner. */
async function work() {
  const [open, gone] = [await tellOfNew(), await tellOfNew()]
  await runAll()
  await suspendSubscription(db(), people.rita.actor, open.id, 'Unpaid')
  await removeSubscription(db(), people.rita.actor, gone.id)
  return { fresh: await tellOfNew(), open, gone }
}

async function expectDone({ fresh, open, gone }: Awaited<ReturnType<typeof work>>) {
  for (const subscription of [fresh, open]) {
    const now = (await reread(db(), subscription))!
    expect(now.appliedGeneration).toBe(now.generation)
  }
  expect(await reread(db(), gone)).toBeUndefined()
  expect(await changesLeft()).toEqual([])
  expect(homes().sort()).toEqual(
    (await db().select().from(subscriptions)).map((one) => one.systemUser).sort(),
  )
}

/** What one more run of everything would still change on the host. */
async function changesLeft() {
  const all = await db().select({ id: subscriptions.id }).from(subscriptions)
  const documents = await wantedDocuments(
    db(),
    parts,
    all.map(({ id }) => id),
    Buffer.alloc(32),
  )
  const host = await openSandbox().open(people.host.id)
  const result = await host.apply(documents, () => {})
  return result.subscriptions.flatMap((one) => [...one.changed, ...one.errors])
}

function homes(): string[] {
  const folder = join(dataFolder, 'sandbox', String(people.host.id), 'home')
  return readdirSync(folder).filter((name) => !name.startsWith('.'))
}

/** The moments of a run of all three, from a runner that nobody kills. */
async function allMoments(): Promise<Moment[]> {
  const wanted = await work()
  await using runner = await startRunnerProcess({ url: db.url(), dataFolder })
  await until(() => runner.moments.includes('finished'))
  await untilIdle(db())
  await expectDone(wanted)
  return [...new Set(runner.moments)]
}

// F-141, F-155
test('killed at any moment of create, suspend and remove, the next run ends what it began', async () => {
  const moments = await allMoments()
  expect(moments).toContain('step:Users')

  for (const moment of moments) {
    const wanted = await work()
    await using runner = await startRunnerProcess({ url: db.url(), dataFolder, killAt: moment })
    expect(await runner.ended, moment).toMatchObject({ signal: 'SIGKILL' })
    await age(db(), 60)
    await runAll()

    await expectDone(wanted)
    const [job] = await db()
      .select()
      .from(finishedJobs)
      .where(eq(finishedJobs.subscriptionId, wanted.fresh.id))
    const repeated = moment === 'finished' ? { lease: 1, crashes: 0 } : { lease: 2, crashes: 1 }
    expect(job, moment).toMatchObject({ state: 'done', ...repeated })
  }
}, 600_000)

test('told to stop, it ends what it is at and goes', async () => {
  await using runner = await startRunnerProcess({ url: db.url(), dataFolder })
  const fresh = await tellOfNew()
  await until(() => runner.moments.includes('claimed'))
  runner.signal('SIGTERM')

  expect(await runner.ended).toEqual({ code: 0, signal: null })
  expect(await reread(db(), fresh)).toMatchObject({ appliedGeneration: fresh.generation })
})
