import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Document } from '../../src/contract/document.ts'
import { finishedJobs, jobRuns } from '../../src/jobs/schema.ts'
import type { Moment } from '../../src/runner/moment.ts'
import { parts } from '../../src/runner/parts.ts'
import { removeSubscription } from '../../src/subscriptions/removal.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { visit } from '../agent/visitor.ts'
import { age } from '../jobs/cast.ts'
import { until, untilIdle } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { startRunnerProcess } from '../support/runner-process.ts'
import { realPanel } from './real-panel.ts'

const db = ownDatabase()
const panel = realPanel(db)

const actions = ['create', 'suspend', 'remove'] as const
type Action = (typeof actions)[number]
/** Each action wants something of one of them. */
type Three = Record<Action, Subscription>

// F-141, F-144, F-155
test('killed at any moment of create, suspend and remove, the next runner ends it', async () => {
  const moments = await undisturbed()
  expect(moments).toEqual(expect.arrayContaining(['claimed', 'step:Users', 'stored', 'finished']))

  for (const moment of moments) {
    const three = await ask(moment)
    const documents = await wantedDocuments(
      db(),
      parts,
      actions.map((action) => three[action].id),
      Buffer.alloc(32),
    )
    await work(moment)
    await heal()

    for (const action of actions) {
      const when = `${action} killed at ${moment}`
      const subscription = three[action]
      const document = documents.find(({ id }) => id === subscription.id)!
      await expectDone(action, subscription, when)
      expect(await again(action, document), when).toMatchObject({
        ok: true,
        reloaded: [],
        subscriptions: [{ id: document.id, changed: [], errors: [] }],
      })
      await expectJob(action, subscription, moment === 'finished', when)
    }
  }
}, 600_000)

/** The moments of a run of all three, from a runner that nobody kills. */
async function undisturbed(): Promise<Moment[]> {
  await ask('never')
  await using runner = await startRunnerProcess({ url: db.url(), dataFolder: panel.dataFolder })
  await until(() => runner.moments.includes('finished'))
  return [...new Set(runner.moments)]
}

/** By the rules; all three wait for a runner. */
async function ask(name: string): Promise<Three> {
  const { rita } = panel.people()
  const label = name.toLowerCase().replaceAll(/[^a-z]/g, '')
  const { subscription: suspend } = await panel.create(`${label}.suspend.test`)
  const { subscription: remove } = await panel.create(`${label}.remove.test`)
  await heal()
  await suspendSubscription(db(), rita.actor, suspend.id, 'Unpaid')
  await removeSubscription(db(), rita.actor, remove.id)
  const { subscription: create } = await panel.create(`${label}.create.test`)
  return { create, suspend, remove }
}

/** In a process of its own, which is killed at that moment. */
async function work(killAt: Moment) {
  const { dataFolder } = panel
  await using runner = await startRunnerProcess({ url: db.url(), dataFolder, killAt })
  expect(await runner.ended, killAt).toMatchObject({ signal: 'SIGKILL' })
  await age(db(), 60)
}

async function heal() {
  await using _ = await panel.runner()
  await untilIdle(db())
}

async function expectDone(action: Action, subscription: Subscription, when: string) {
  const now = await reread(db(), subscription)
  if (action === 'remove') expect(now, when).toBeUndefined()
  else expect(now, when).toMatchObject({ appliedGeneration: now!.generation })

  const status = { create: 200, suspend: 503, remove: 404 }[action]
  expect((await visit(panel.machine(), subscription.domain)).status, when).toBe(status)
  expect(await entries(subscription), when).toHaveLength(action === 'remove' ? 0 : 1)
}

/** One run more: by the queue, and where nothing is left to ask for, by the same document. */
async function again(action: Action, document: Document) {
  if (action === 'remove') {
    const connection = await panel.hosts().open(panel.host().id)
    return connection.apply([document], () => {})
  }
  const { rita } = panel.people()
  const subscription = (await reread(db(), document))!
  await db().transaction((tx) => tellHosts(tx, rita.actor, [subscription]))
  await heal()
  return panel.results.at(-1)
}

/** Lines of the host's passwd with its name or its uid. */
async function entries({ systemUser, uid }: Subscription): Promise<string[]> {
  const { stdout } = await panel.machine().run(['cat', '/etc/passwd'])
  return stdout
    .split('\n')
    .map((line) => line.split(':'))
    .filter((entry) => entry[0] === systemUser || entry[2] === String(uid))
    .map((entry) => entry.join(':'))
}

/** Its run was lost and one more was needed; what was finished already is not done again. */
async function expectJob(action: Action, { id }: Subscription, finished: boolean, when: string) {
  const ended = await db()
    .select()
    .from(finishedJobs)
    .where(eq(finishedJobs.subscriptionId, id))
    .orderBy(asc(finishedJobs.id))
  // Made undisturbed, then killed, then asked for once more.
  expect(ended, when).toHaveLength({ create: 2, suspend: 3, remove: 2 }[action])
  const job = ended[action === 'create' ? 0 : 1]!
  const repeated = finished ? { lease: 1, crashes: 0 } : { lease: 2, crashes: 1 }
  expect(job, when).toMatchObject({ state: 'done', attempts: 0, ...repeated })

  const runs = await db().select().from(jobRuns).where(eq(jobRuns.jobId, job.id))
  expect(
    runs.map(({ outcome }) => outcome),
    when,
  ).toEqual(finished ? [] : ['lost'])
}
