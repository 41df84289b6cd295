import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import { sealingKey } from '../../src/auth/sealing.ts'
import type { Result } from '../../src/contract/messages.ts'
import type { Hosts } from '../../src/hosts/connection/hosts.ts'
import { type Limits, limits } from '../../src/hosts/connection/limits.ts'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { type Host, hosts as table } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { handlers } from '../../src/runner/handlers.ts'
import { tasks } from '../../src/runner/tasks.ts'
import { createSubscription } from '../../src/subscriptions/creation.ts'
import { setUp } from '../agent/prepared-host.ts'
import type { Host as Machine } from '../hosts/host.ts'
import type { Layer } from '../hosts/image.ts'
import { startHost } from '../hosts/start.ts'
import { running } from '../runner/cast.ts'
import { aHost, type Cast, cast } from '../support/cast.ts'
import type { ownDatabase } from '../support/database.ts'

/** Hangs are noticed in seconds, so that no test waits as long as a panel does. */
const impatient: Limits = { ...limits, tcp: 2_000, silence: 5_000, idle: 1_000 }

/** The cast, a real host `web1` that is enrolled, and runners that work on it over SSH. */
export function realPanel(db: ReturnType<typeof ownDatabase>, layer: Layer = 'prepared') {
  const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-proof-'))
  const key = panelKey(dataFolder)
  const results: Result[] = []
  let people: Cast
  let machine: Machine
  let web1: Host
  let pool: Hosts

  beforeAll(async () => {
    people = await cast(db())
    machine = await startHost({ layer })
    await machine.settled()
    const prepared = await setUp(machine, key.public)
    if (!prepared.ok) throw new Error(prepared.error ?? 'setup failed')
    const { address, hostKey } = machine
    web1 = await aHost(db(), 'web1', { kind: 'ssh', address, port: 22, hostKey })
    pool = told(openHosts({ db: db(), dataFolder, key, limits: impatient }), results)
  })
  afterAll(async () => {
    await pool?.close()
    await machine?.remove()
    rmSync(dataFolder, { recursive: true, force: true })
  })

  return {
    dataFolder,
    /** all that hosts answered to runners of this process, in order */
    results,
    sealingKey: () => sealingKey(dataFolder),
    people: () => people,
    machine: () => machine,
    host: () => web1,
    hosts: () => pool,
    row: async (): Promise<Host> =>
      (await db().select().from(table).where(eq(table.id, web1.id)))[0]!,

    /** A runner as the server starts it, in this process. */
    runner: () =>
      running(db.url(), handlers, {
        hosts: pool,
        tasks,
        sealingKey: sealingKey(dataFolder),
        pollMilliseconds: 200,
        leaseSeconds: 2,
      }),

    /** Rita's doing on `web1`, the only real host; only the admin chooses another (F-114). */
    create: (domain: string, hostId: number | null = null) =>
      createSubscription(
        db(),
        sealingKey(dataFolder),
        (hostId === null ? people.rita : people.ada).actor,
        people.cato.account.id,
        { domain, planId: people.ritasGold.id, hostId },
      ),

    openJob: async (subscriptionId: number) =>
      (await db().select().from(jobs).where(eq(jobs.subscriptionId, subscriptionId)))[0],
  }
}

function told(pool: Hosts, results: Result[]): Hosts {
  return {
    ...pool,
    async open(hostId) {
      const connection = await pool.open(hostId)
      const apply: typeof connection.apply = async (...request) => {
        const result = await connection.apply(...request)
        results.push(result)
        return result
      }
      return new Proxy(connection, {
        get: (target, name) => (name === 'apply' ? apply : Reflect.get(target, name)),
      })
    },
  }
}
