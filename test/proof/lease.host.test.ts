import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { finishedJobs, jobRuns } from '../../src/jobs/schema.ts'
import { visit } from '../agent/visitor.ts'
import { until } from '../runner/cast.ts'
import { reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { startRunnerProcess } from '../support/runner-process.ts'
import { realPanel } from './real-panel.ts'
import { takeTrace, traceAgents } from './trace.ts'

const db = ownDatabase()
const panel = realPanel(db)

// F-144
test('a runner whose lease ended while the host was at it does no harm when it wakes', async () => {
  const machine = panel.machine()
  await traceAgents(machine)
  const { subscription, jobId } = await panel.create('shop.test')
  const job = () => panel.openJob(subscription.id)
  await using held = await holdLock()

  const { dataFolder } = panel
  await using frozen = await startRunnerProcess({ url: db.url(), dataFolder, leaseSeconds: 1 })
  await until(() => frozen.moments.includes('sent'))
  frozen.signal('SIGSTOP')
  await using _ = await panel.runner()
  await until(async () => (await job())?.lease === 2)
  await held[Symbol.asyncDispose]()
  await until(async () => (await job()) === undefined)
  frozen.signal('SIGCONT')
  await until(() => frozen.moments.includes('finished'))

  // Both had it done, one after the other; the second found nothing to do, and only one may say so.
  const works = await takeTrace(machine)
  expect(works.map(({ ids }) => ids)).toEqual([[subscription.id], [subscription.id]])
  const ended = await db()
    .select()
    .from(finishedJobs)
    .where(eq(finishedJobs.subscriptionId, subscription.id))
  expect(ended).toMatchObject([{ id: jobId, state: 'done', lease: 2, crashes: 1, attempts: 0 }])
  const runs = await db().select().from(jobRuns).where(eq(jobRuns.jobId, jobId))
  expect(runs).toMatchObject([{ run: 1, outcome: 'lost', runner: frozen.id }])
  expect(await reread(db(), subscription)).toMatchObject({ appliedGeneration: 1 })

  const { stdout } = await machine.sh(`grep -c '^${subscription.systemUser}:' /etc/passwd;
    stat -c %U /home/${subscription.systemUser}`)
  expect(stdout.trim().split('\n')).toEqual(['1', subscription.systemUser])
  expect((await visit(machine, 'shop.test')).status).toBe(200)
})

/** Agents wait at the host's lock until this is disposed of. */
async function holdLock(): Promise<AsyncDisposable> {
  const machine = panel.machine()
  const holding = machine.sh(
    `mkdir -p /run/innkeeper; mkfifo /run/held.pipe
    flock /run/innkeeper/lock sh -c 'touch /run/held; read _ < /run/held.pipe'`,
  )
  await until(async () => (await machine.run(['test', '-e', '/run/held'])).code === 0)
  return {
    async [Symbol.asyncDispose]() {
      await machine.sh('rm /run/held 2> /dev/null && echo > /run/held.pipe')
      await holding
    },
  }
}
