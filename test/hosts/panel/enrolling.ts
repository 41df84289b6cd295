import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect } from 'vitest'
import { systemActor } from '../../../src/audit/actor.ts'
import type { Database } from '../../../src/db/database.ts'
import { addHost } from '../../../src/hosts/adding.ts'
import { orderCheck } from '../../../src/hosts/check.ts'
import type { Hosts } from '../../../src/hosts/connection/hosts.ts'
import { type PanelKey, panelKey } from '../../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../../src/hosts/connection/pool.ts'
import { enrol, type RootPassword } from '../../../src/hosts/enrolment.ts'
import { fingerprint } from '../../../src/hosts/fingerprint.ts'
import { confirmNewKey } from '../../../src/hosts/key-change.ts'
import { hostWatch } from '../../../src/hosts/provision.ts'
import { type Host, hosts as table } from '../../../src/hosts/schema.ts'
import { jobSteps } from '../../../src/jobs/schema.ts'
import { jobWatch } from '../../../src/jobs/watch.ts'
import { handlers } from '../../../src/runner/handlers.ts'
import { type Runner, startRunner } from '../../../src/runner/runner.ts'
import type { ownDatabase } from '../../support/database.ts'
import { quickStart } from '../../support/quick-start.ts'
import type { Host as Machine } from '../host.ts'

const ada = systemActor('command line')

/** A panel with a runner, for tests that enrol real hosts through the real jobs. */
export function enrolling(db: ReturnType<typeof ownDatabase>) {
  let folder: string
  let hosts: Hosts
  let runner: Runner
  let key: PanelKey
  let watch: Awaited<ReturnType<typeof jobWatch>>
  const sealingKey = randomBytes(32)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innkeeper-enrol-'))
    key = panelKey(folder)
    hosts = openHosts({ db: db(), dataFolder: folder, key })
    watch = await jobWatch(db())
    runner = await start()
  })
  afterAll(async () => {
    await runner.stop()
    await watch.close()
    await hosts.close()
    rmSync(folder, { recursive: true })
  })
  const start = () =>
    startRunner({
      url: db.url(),
      handlers,
      hosts,
      sealingKey,
    })

  const row = async (id: number): Promise<Host> =>
    (await db().select().from(table).where(eq(table.id, id)))[0]!

  const panel = {
    row,
    sealingKey,
    key: () => key,
    hosts: () => hosts,
    look: () => hostWatch({ db: db(), hosts })(),
    finished: (jobId: number) => watch.finished(jobId, 240_000),

    keyFile: () => join(folder, 'ssh-key'),

    /** Stops our own runner and lets one in another process work, until that is killed. */
    async killRunnerWhen(isTime: () => Promise<boolean>) {
      await runner.stop()
      const program = join(import.meta.dirname, 'runner-process.ts')
      const child = spawn(
        process.execPath,
        [...quickStart, program, db.url(), folder, sealingKey.toString('hex')],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      )
      const ended = once(child, 'exit')
      try {
        await expect.poll(isTime, { timeout: 120_000, interval: 20 }).toBe(true)
      } finally {
        child.kill('SIGKILL')
        await ended
        runner = await start()
      }
    },

    /** The schedule looks until the host is no longer online. */
    async untilAway(id: number) {
      await expect
        .poll(
          async () => {
            await db().update(table).set({ factsAt: null })
            await hostWatch({ db: db(), hosts })()
            return (await row(id)).state
          },
          { timeout: 120_000 },
        )
        .not.toBe('online')
    },

    async confirm(id: number, seen: string) {
      await watch.finished(await confirmNewKey(db(), ada, id, seen), 120_000)
    },

    async check(id: number) {
      const jobId = await orderCheck(db(), ada, id)
      await watch.finished(jobId, 120_000)
      return db().select().from(jobSteps).where(eq(jobSteps.jobId, jobId)).orderBy(jobSteps.number)
    },

    async add({ name, address }: Machine): Promise<Host> {
      const { hostId, jobId } = await addHost(db(), ada, { name, address, port: 22 })
      await watch.finished(jobId, 120_000)
      return row(hostId)
    },

    /** As an admin does who compared the fingerprint. */
    async enrol(host: Host, password: RootPassword): Promise<Host> {
      const confirmed = host.offeredKey && fingerprint(host.offeredKey)
      const jobId = await enrol(db(), sealingKey, ada, host.id, { confirmed, password })
      await watch.finished(jobId, 240_000)
      return row(host.id)
    },

    allowKey: (machine: Machine) =>
      machine.sh('cat >> /root/.ssh/authorized_keys', { input: `${key.public} innkeeper\n` }),

    /** From nothing to online, with the panel's key for root. */
    async enrolled(machine: Machine): Promise<Host> {
      await panel.allowKey(machine)
      const host = await panel.enrol(await panel.add(machine), null)
      expect(host.state).toBe('online')
      return host
    },
  }
  return panel
}

/** Everything the database holds, as text. */
export async function dump(db: Database): Promise<string> {
  const tables = await db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const texts = await Promise.all(
    tables.map(({ name }) => db.execute(sql.raw(`select t::text as text from "${name}" as t`))),
  )
  return texts
    .flat()
    .map((line) => String(line.text))
    .join('\n')
}
