import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { Hosts } from '../../src/hosts/connection/hosts.ts'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { handlers } from '../../src/runner/handlers.ts'
import type { Runner } from '../../src/runner/runner.ts'
import { settings } from '../../src/settings/schema.ts'
import { domains, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { emptyTrash } from '../../src/subscriptions/trash-end.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { doMany, undoMany } from './doing.ts'

// The real agent in our own process, which writes real files below a folder.

const db = ownDatabase()
const dataFolder = mkdtempSync(join(tmpdir(), 'innkeeper-bulk-'))
const count = 120
/** how often each was sent since this was emptied */
const sent = new Map<number, number>()
/** what the host waits for before it begins: it is busy, and all else is asked for meanwhile */
let busy = Promise.resolve()
let people: Cast
let shops: Subscription[]
let runner: Runner

beforeAll(async () => {
  people = await cast(db())
  const { rita, cato, host, ritasGold } = people
  const first = await aSubscription(db(), cato.account, host, ritasGold, 'n0.test')
  await db().execute(sql`
    with made as (
      insert into accounts (kind, provider_id, name, email)
      select 'customer', ${rita.account.id}, 'c' || n, 'c' || n || '@example.org'
      from generate_series(1, ${count - 1}::integer) as n returning id)
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values)
    select made.id, plan_id, host_id, 'n' || made.id || '.test', 'n' || made.id,
      nextval('system_uids'), password_hash, values
    from made, subscriptions where subscriptions.id = ${first.id}`)
  await db().execute(sql`
    insert into domains (subscription_id, kind, name) select id, 'main', domain from subscriptions
    where id not in (select subscription_id from domains)`)
  shops = await db().select().from(subscriptions).orderBy(subscriptions.id)
  const hosts = openHosts({ db: db(), dataFolder, key: panelKey(dataFolder) })
  runner = await running(db.url(), handlers, { hosts: counting(hosts) })
  await db().transaction((tx) => tellHosts(tx, rita.actor, shops))
  await untilIdle(db())
  expect(states()).toEqual({ live: count, suspended: 0 })
}, 60_000)
afterAll(async () => {
  await runner.stop(1000)
  rmSync(dataFolder, { recursive: true, force: true })
})

test('hundreds suspended, activated at once, one suspended: so it is in the files, in two runs each', async () => {
  // F-80, F-165
  const { rita } = people
  const ids = shops.map(({ accountId }) => accountId)
  const one = shops.at(-1)!
  sent.clear()
  const { promise, resolve } = Promise.withResolvers<void>()
  busy = promise
  await doMany(db(), rita.actor, 'account', 'suspend', ids, { text: 'Unpaid' })
  const up = await doMany(db(), rita.actor, 'account', 'activate', ids)
  await suspendSubscription(db(), rita.actor, one.id, 'Spam')
  resolve()
  await untilIdle(db())
  expect(states()).toEqual({ live: count - 1, suspended: 1 })
  expect(vhost(one)).toContain('return 503')
  expect(Math.max(...sent.values())).toBeLessThanOrEqual(2)

  // back to what was before it, and the one that was suspended by itself stays so
  await undoMany(db(), rita.actor, up)
  await untilIdle(db())
  expect(states()).toEqual({ live: 0, suspended: count })
  await doMany(db(), rita.actor, 'account', 'activate', ids)
  await untilIdle(db())
  expect(states()).toEqual({ live: count - 1, suspended: 1 })
  expect(vhost(one)).toContain('return 503')
}, 60_000)

test('in the trash they are off, restored they are back, and afterwards they are gone from the host', async () => {
  // M-33, P-14, P-28
  const { rita } = people
  const ids = shops.slice(0, 40).map(({ accountId }) => accountId)
  const gone = await doMany(db(), rita.actor, 'account', 'remove', ids)
  await untilIdle(db())
  expect(states()).toEqual({ live: count - 41, suspended: 41 })
  await undoMany(db(), rita.actor, gone)
  await untilIdle(db())
  expect(states()).toEqual({ live: count - 1, suspended: 1 })

  await doMany(db(), rita.actor, 'account', 'remove', ids)
  await db().execute(sql`update accounts set trashed_until = now() where trashed_until is not null`)
  await emptyTrash(db())
  await untilIdle(db())
  expect(states()).toEqual({ live: count - 41, suspended: 1 })
  for (const shop of shops.slice(0, 40)) {
    expect(files()).not.toContain(shop.systemUser)
    expect(read('etc/passwd')).not.toContain(`${shop.systemUser}:`)
  }
  expect(await db().$count(accounts, eq(accounts.providerId, rita.account.id))).toBe(count - 40)

  // a provider that keeps nothing
  await db().insert(settings).values({ accountId: rita.account.id, name: 'trashDays', value: 0 })
  const next = shops.slice(40, 60)
  await doMany(
    db(),
    rita.actor,
    'account',
    'remove',
    next.map(({ accountId }) => accountId),
  )
  await untilIdle(db())
  expect(states()).toEqual({ live: count - 61, suspended: 1 })
  expect(await db().$count(domains)).toBe(count - 60)
}, 60_000)

const root = () => join(dataFolder, 'sandbox', String(people.host.id))
const read = (name: string) => readFileSync(join(root(), name), 'utf8')
const vhosts = 'etc/nginx/innkeeper.d'
const vhost = ({ systemUser }: Subscription) => read(`${vhosts}/${systemUser}.conf`)
const files = () => [...readdirSync(join(root(), vhosts)), ...readdirSync(join(root(), 'home'))]

function states() {
  const all = readdirSync(join(root(), vhosts)).map((name) => read(`${vhosts}/${name}`))
  const suspended = all.filter((text) => text.includes('return 503')).length
  return { live: all.length - suspended, suspended }
}

function counting(hosts: Hosts): Hosts {
  return {
    ...hosts,
    open: async (id) => {
      const connection = await hosts.open(id)
      return {
        ...connection,
        apply: async (documents, ...more) => {
          await busy
          for (const { id } of documents) sent.set(id, (sent.get(id) ?? 0) + 1)
          return connection.apply(documents, ...more)
        },
      }
    },
  }
}
