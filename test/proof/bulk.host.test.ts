import { beforeAll, expect, test } from 'vitest'
import { createMailbox } from '../../src/mail/creation.ts'
import { handlers } from '../../src/runner/handlers.ts'
import { createSubscription } from '../../src/subscriptions/creation.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { visit } from '../agent/visitor.ts'
import { doMany } from '../bulk/doing.ts'
import { logIn, send } from '../mail/clients.ts'
import { wish } from '../mail/shop.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aPlan, password, reread } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { realPanel } from './real-panel.ts'

// As many as one call takes and half as many again, from the panel's rule to Postfix.

const db = ownDatabase()
const panel = realPanel(db, 'mail')
const count = 60
const shops: Subscription[] = []

beforeAll(async () => {
  const { sh } = panel.machine()
  const connection = await panel.hosts().open(panel.host().id)
  expect(await connection.install('mail', () => {})).toMatchObject({ error: null })
  // the master says when it reads its files again
  const notice = 'error_log syslog:server=unix:/dev/log notice;'
  await sh(`echo '${notice}' > /etc/nginx/modules-enabled/99-test.conf; systemctl restart nginx`)

  const { rita, cato } = panel.people()
  const values = { mailboxes: 3, mailboxSize: 500 * 1024 ** 2, imap: true, pop3: true }
  const { id: planId } = await aPlan(db(), rita.account, 'Mail', values)
  const key = panel.sealingKey()
  for (let n = 1; n <= count; n++) {
    const wanted = { domain: `shop${n}.test`, planId, hostId: null }
    const made = await createSubscription(db(), key, rita.actor, cato.account.id, wanted)
    shops.push(made.subscription)
    const box = wish({ domain: wanted.domain, password })
    await createMailbox(db(), key, rita.actor, made.subscription.id, box)
  }
})

/** As the host's own journal has them. */
async function reloads() {
  const { stdout } = await panel.machine().run(['journalctl', '--output=cat', '--no-pager'])
  const times = (words: RegExp) => [...stdout.matchAll(words)].length
  return {
    nginx: times(/signal 1 \(SIGHUP\) received from [0-9]+, reconfiguring/g),
    postfix: times(/^reload -- version/gm),
    dovecot: times(/SIGHUP received - reloading configuration/g),
    restarts: times(/^Start(?:ed|ing) (?:nginx|postfix|dovecot|Postfix|Dovecot|A high perf)/gm),
  }
}

/** Does it, and waits until the host is as wanted. */
async function doing(change: () => Promise<unknown>) {
  const before = await reloads()
  panel.results.length = 0
  await using _ = await running(db.url(), handlers, {
    hosts: panel.hosts(),
    sealingKey: panel.sealingKey(),
    pollMilliseconds: 200,
  })
  await change()
  await untilIdle(db())
  for (const shop of shops) {
    const { appliedGeneration, generation } = (await reread(db(), shop))!
    expect([shop.domain, appliedGeneration]).toEqual([shop.domain, generation])
  }
  const after = await reloads()
  const runs = new Map<number, number>()
  for (const { id } of panel.results.flatMap(({ subscriptions }) => subscriptions))
    runs.set(id, (runs.get(id) ?? 0) + 1)
  return {
    runs: Math.max(...runs.values()),
    nginx: after.nginx - before.nginx,
    postfix: after.postfix - before.postfix,
    others: after.dovecot + after.restarts - before.dovecot - before.restarts,
  }
}

async function seen() {
  const machine = panel.machine()
  const asked = shops.map(async ({ domain }) => (await visit(machine, domain)).status)
  const [first, last] = [shops[0]!, shops.at(-1)!]
  const boxes = [first, last].map(({ domain }) => `info@${domain}`)
  return {
    web: [...new Set(await Promise.all(asked))],
    mail: [
      ...new Set(
        await Promise.all(boxes.map(async (to) => (await send(machine, { to })).slice(0, 3))),
      ),
    ],
    imap: [
      ...new Set(await Promise.all(boxes.map((box) => logIn(machine, box, password, 'imap')))),
    ],
  }
}

// issue 5: a bulk of changes reloads each service at most a few times; F-80
test('many made, suspended and activated at once, suspended again: each as wanted, with few reloads', async () => {
  const { rita } = panel.people()
  const ids = shops.map(({ id }) => id)
  const few = (told: Awaited<ReturnType<typeof doing>>) => {
    expect(told.others).toBe(0)
    for (const times of [told.nginx, told.postfix]) {
      expect(times).toBeGreaterThan(0)
      expect(times).toBeLessThanOrEqual(4)
    }
  }
  const working = { web: [200], mail: ['250'], imap: ['in'] }
  few(await doing(async () => {}))
  expect(await seen()).toEqual(working)

  const flipped = await doing(async () => {
    await doMany(db(), rita.actor, 'subscription', 'suspend', ids, { text: 'Unpaid' })
    await doMany(db(), rita.actor, 'subscription', 'activate', ids)
  })
  expect(flipped.runs).toBeLessThanOrEqual(2)
  expect(await seen()).toEqual(working)

  few(
    await doing(() => doMany(db(), rita.actor, 'subscription', 'suspend', ids, { text: 'Unpaid' })),
  )
  expect(await seen()).toEqual({ web: [503], mail: ['450'], imap: ['refused'] })
})
