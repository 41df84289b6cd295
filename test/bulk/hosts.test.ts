import { gt, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { finishedJobs, jobs } from '../../src/jobs/schema.ts'
import { applySubscriptionHandler } from '../../src/subscriptions/provision.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { suspendSubscription } from '../../src/subscriptions/suspension.ts'
import { running, untilIdle } from '../runner/cast.ts'
import { aSubscription, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { FakeHost } from '../support/fake-host.ts'
import { doMany, undoMany } from './doing.ts'

const db = ownDatabase()

test('10,000 suspended, activated at once, one suspended: so it is on the hosts, in two runs each', async () => {
  // F-80, F-165
  const people = await cast(db())
  const { rita, cato, host, ritasGold } = people
  const count = 10_000
  const first = await aSubscription(db(), cato.account, host, ritasGold, 'n0.test')
  await db().execute(sql`
    with made as (
      insert into accounts (kind, provider_id, name, email)
      select 'customer', ${rita.account.id}, 'c' || n, 'c' || n || '@example.org'
      from generate_series(1, ${count - 1}::integer) as n returning id)
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash,
      values, applied_generation)
    select made.id, plan_id, host_id, 'n' || made.id || '.test', 'n' || made.id,
      nextval('system_uids'), password_hash, values, 1
    from made, subscriptions where subscriptions.id = ${first.id}`)
  const owners = await db().selectDistinct({ id: subscriptions.accountId }).from(subscriptions)
  const ids = owners.map(({ id }) => id)
  expect(ids).toHaveLength(count)

  const fake = new FakeHost()
  const runner = await running(db.url(), [applySubscriptionHandler], { hosts: fake })
  try {
    await doMany(db(), rita.actor, 'account', 'suspend', ids, { text: 'Unpaid' })
    const up = await doMany(db(), rita.actor, 'account', 'activate', ids)
    await suspendSubscription(db(), rita.actor, first.id, 'Spam')
    await untilIdle(db())

    const states = Map.groupBy(fake.has.values(), ({ state }) => state)
    expect([...states].map(([state, all]) => [state, all.length]).toSorted()).toEqual([
      ['active', count - 1],
      ['suspended', 1],
    ])
    expect(fake.has.get(first.id)).toMatchObject({ state: 'suspended' })
    const runs = Map.groupBy(fake.requests.flat(), (id) => id)
    expect(Math.max(...[...runs.values()].map((all) => all.length))).toBeLessThanOrEqual(2)

    // and back: each suspended for the reason it had, the one for both of its
    await undoMany(db(), rita.actor, up)
    await untilIdle(db())
    expect([...fake.has.values()].every(({ state }) => state === 'suspended')).toBe(true)
    expect(await db().$count(jobs)).toBe(0)
    expect(await db().$count(finishedJobs, gt(finishedJobs.attempts, 0))).toBe(0)
    const behind = sql`${subscriptions.appliedGeneration} <> ${subscriptions.generation}`
    expect(await db().$count(subscriptions, behind)).toBe(0)
  } finally {
    await runner.stop(1000)
  }
}, 120_000)
