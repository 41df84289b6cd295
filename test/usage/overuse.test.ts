import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, isNotNull } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { finishedJobs } from '../../src/jobs/schema.ts'
import { MB } from '../../src/plans/property.ts'
import { handlers } from '../../src/runner/handlers.ts'
import { measured } from '../../src/subscriptions/schema.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { measureAll, measureHost } from '../../src/usage/jobs.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-usage-'))
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

//
test('files in a home take a subscription out of service, and it is back when they have gone', async () => {
  const values = { ...people.ritasGold.values, disk: 4 * MB, overuse: 'suspend' as const }
  const shop = await aSubscription(
    db(),
    people.cato.account,
    people.host,
    people.ritasGold,
    'shop.test',
    { values, appliedGeneration: 0 },
  )
  await db().transaction((tx) => tellHosts(tx, people.rita.actor, [shop]))
  await runAll()
  const measure = async () => {
    await measureAll(db())
    // asked twice in a row it is one job
    expect(await measureAll(db())).toHaveLength(1)
    await runAll()
    return (await db().select().from(measured))[0]!
  }
  const small = await measure()
  expect(small).toMatchObject({ mail: 0, databases: 0, traffic: null })
  expect(small.web).toBeGreaterThan(0)
  expect(await reread(db(), shop)).toMatchObject({ suspended: false })

  const home = join(dataFolder, 'sandbox', String(people.host.id), 'home', shop.systemUser)
  const film = join(home, 'web/film')
  writeFileSync(film, Buffer.alloc(5 * MB, 'x'))
  const large = await measure()
  expect(large.web - small.web).toBeGreaterThanOrEqual(statSync(film).blocks * 512)
  expect(large.over).toBe(true)
  expect(await reread(db(), shop)).toMatchObject({ suspended: true, appliedGeneration: 2 })

  rmSync(film)
  expect(await measure()).toMatchObject({ disk: small.disk, over: false })
  expect(await reread(db(), shop)).toMatchObject({ suspended: false, appliedGeneration: 3 })

  const jobs = await db()
    .select({ state: finishedJobs.state })
    .from(finishedJobs)
    .where(eq(finishedJobs.kind, measureHost.name))
  expect(jobs).toEqual(Array(3).fill({ state: 'done' }))
  expect(await db().$count(finishedJobs, isNotNull(finishedJobs.hostId))).toBeGreaterThan(3)
})
