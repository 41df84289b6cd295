import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { panelKey } from '../../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../../src/hosts/connection/pool.ts'
import { fingerprint } from '../../../src/hosts/fingerprint.ts'
import { enrolHost } from '../../../src/hosts/jobs.ts'
import { greetHandler } from '../../../src/hosts/provision.ts'
import { hosts } from '../../../src/hosts/schema.ts'
import { handle } from '../../../src/runner/handler.ts'
import { startRunner } from '../../../src/runner/runner.ts'
import { browserPanel } from '../../browser/browser.ts'
import { aHost, cast } from '../../support/cast.ts'
import { ownDatabase } from '../../support/database.ts'
import { facts, falseHost } from './false-host.ts'

const db = ownDatabase()
const panel = browserPanel(db)
const stack = new AsyncDisposableStack()

/** The false host cannot be set up: the job stays under way for as long as somebody looks. */
const stillAtIt = handle(
  enrolHost,
  async (runs) => new Map(runs.map(({ job }) => [job.id, { kind: 'wait', reason: 'At it' }])),
)

beforeAll(async () => {
  await cast(db())
  const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-pages-'))
  const pool = stack.adopt(openHosts({ db: db(), dataFolder, key: panelKey(dataFolder) }), (all) =>
    all.close(),
  )
  const runner = await startRunner({
    url: db.url(),
    handlers: [greetHandler, stillAtIt],
    hosts: pool,
    sealingKey: randomBytes(32),
  })
  stack.defer(() => runner.stop())
})
afterAll(() => stack.disposeAsync())

describe.each([{ js: true }, { js: false }])('with JavaScript $js', (look) => {
  test('adds a host and confirms its key', async () => {
    await using machine = await falseHost()
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn('ada')
    await page.getByRole('link', { name: 'Hosts' }).click()
    await page.getByRole('link', { name: 'Add host' }).click()
    if (look.js) expect(await visit.violations()).toEqual([])

    await page.getByLabel('Name').fill(`web-${look.js}`)
    await page.getByLabel('Address').fill(machine.address)
    await page.getByLabel('Port').fill(String(machine.port))
    await page.getByRole('button', { name: 'Add host' }).click()
    await page.getByText(fingerprint(machine.hostKey), { exact: true }).waitFor()
    if (look.js) expect(await visit.violations()).toEqual([])
    await visit.shoot('host-enrolment')

    await page.getByLabel('I have put the panel’s public key').check()
    await page.getByRole('button', { name: 'Confirm and set up' }).click()
    await page.getByText('Compare the fingerprint').waitFor()
    expect(await page.getByLabel('I have put the panel’s public key').isChecked()).toBe(true)

    await page.getByLabel('This is the fingerprint of my host').check()
    await page.getByRole('button', { name: 'Confirm and set up' }).click()
    await page.getByRole('heading', { name: 'The host is being set up' }).waitFor()
    if (look.js) {
      // Else it loads itself anew while it is looked at.
      await page.evaluate(() => window.stop())
      expect(await visit.violations()).toEqual([])
    }
    const all = await db().select().from(hosts)
    expect(all.find(({ name }) => name === `web-${look.js}`)?.hostKey).toBe(machine.hostKey)
  })
})

test.each([{ width: 390 }, { width: 1280 }, { width: 1280, dark: true }])(
  'pages of hosts at %j',
  async (look) => {
    await db().delete(hosts)
    await aHost(db(), 'sandbox')
    const { id } = await aHost(db(), 'web1', {
      kind: 'ssh',
      address: 'web1.example.com',
      hostKey: 'ssh-ed25519 QQ==',
      facts,
      factsAt: new Date(),
      agentVersion: '2f0c9a81d3e4',
      agentOutdated: true,
    })
    const changed = await aHost(db(), 'web2', {
      kind: 'ssh',
      address: '2001:db8::17',
      port: 2222,
      state: 'key-changed',
      hostKey: 'ssh-ed25519 QQ==',
      offeredKey: 'ssh-ed25519 Qg==',
      open: false,
      stateReason: 'It shows another key than the confirmed one.',
    })
    await using visit = await panel.open(look)
    await visit.signIn('ada')
    for (const [name, path] of [
      ['hosts', '/hosts'],
      ['host', `/hosts/${id}`],
      ['host-key', `/hosts/${changed.id}`],
    ] as const) {
      await visit.page.goto(path)
      expect(await visit.violations(), path).toEqual([])
      await visit.shoot(name)
    }
  },
)
