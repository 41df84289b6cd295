import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { installOnHost } from '../../src/installations/jobs.ts'
import { orderInstallation } from '../../src/installations/order.ts'
import { finishedJobs } from '../../src/jobs/schema.ts'
import { handlers } from '../../src/runner/handlers.ts'
import { acceptReport } from '../../src/subscriptions/acceptance.ts'
import { conflictReport } from '../../src/subscriptions/conflict-report.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-install-'))
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }))

async function runAll() {
  const sandbox = openHosts({ db: db(), dataFolder, key: panelKey(dataFolder) })
  await using _ = await running(db.url(), handlers, { hosts: sandbox })
  await untilIdle(db())
}

const lacks = async (shop: Subscription) =>
  (await conflictReport(db(), shop, people.host)).lacks.map(({ property }) => property.label)

test('what a host lacks is installed, and everybody there who lacked it is tried again', async () => {
  // P-48 to P-56
  const values = { virusScan: true, perl: true, disk: 2 ** 52 }
  const plan = await aPlan(db(), people.rita.account, 'Much', values)
  const make = (domain: string) =>
    aSubscription(db(), people.cato.account, people.host, plan, domain, { appliedGeneration: 0 })
  const shops = [await make('one.test'), await make('two.test')]
  await db().transaction((tx) => tellHosts(tx, people.rita.actor, shops))
  await runAll()
  for (const shop of shops) {
    expect(await reread(db(), shop)).toMatchObject({ unsynced: true, appliedGeneration: 1 })
    expect(await lacks(shop)).toEqual(['Disk space', 'Perl', 'E-mail virus scan'])
  }

  await orderInstallation(db(), people.ada.actor, people.host.id, 'virusScan')
  await orderInstallation(db(), people.ada.actor, people.host.id, 'perl')
  await runAll()

  const done = await db()
    .select()
    .from(finishedJobs)
    .where(eq(finishedJobs.kind, installOnHost.name))
  expect(done.map(({ state }) => state)).toEqual(['done', 'done'])
  const [host] = await db().select().from(hosts).where(eq(hosts.id, people.host.id))
  expect(host?.facts?.provides).toEqual(expect.arrayContaining(['virusScan', 'perl']))
  for (const shop of shops) expect(await lacks(shop)).toEqual(['Disk space'])

  // OK: the host confirms that nothing is missing any more
  const [shop] = shops
  const { seen } = await conflictReport(db(), shop!, people.host)
  await acceptReport(db(), people.rita.actor, shop!.id, seen)
  await runAll()
  expect(await reread(db(), shop!)).toMatchObject({ unsynced: false, appliedGeneration: 2 })
  expect(await lacks(shop!)).toEqual([])
})
