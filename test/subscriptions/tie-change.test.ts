import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accept } from '../../src/bulk/acceptance.ts'
import { tieSubscriptions } from '../../src/bulk/tying.ts'
import { Conflict, Forbidden, Invalid, NotFound, Stale } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { type Plan, plans, resellers } from '../../src/plans/schema.ts'
import {
  type Subscription,
  subscriptionAddOns,
  subscriptions,
} from '../../src/subscriptions/schema.ts'
import { judgeTie, type Tie } from '../../src/subscriptions/tie-judgement.ts'
import { previewTie } from '../../src/subscriptions/tie-preview.ts'
import { lookAt } from '../bulk/doing.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let blog: Subscription
let big: Plan
let more: Plan
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { rita, cato, host, ritasGold } = people
  big = await aPlan(db(), rita.account, 'Big', { disk: 5 * GB })
  more = await aPlan(db(), rita.account, 'More', { ...initialValues('add-on'), disk: GB }, 'add-on')
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  blog = await aSubscription(db(), cato.account, host, null, 'blog.test')
})

const judge = (who: Someone, ids: number[], tie: Tie) => judgeTie(db(), who.actor, ids, tie)
const look = (who: Someone, ids: number[], tie: Tie) =>
  lookAt(db(), who.actor, 'subscription', 'plan', ids, tie)
type Looked = Awaited<ReturnType<typeof look>>
const confirm = (who: Someone, tie: Tie, { selection, seen }: Looked) =>
  accept(db(), who.actor, selection.id, 'plan', tieSubscriptions, tie, seen)
/** How many changed. */
async function change(who: Someone, ids: number[], tie: Tie) {
  const looked = await look(who, ids, tie)
  await confirm(who, tie, looked)
  return looked.going.length
}
const both = () => [shop.id, blog.id]

test('another plan, add-ons and none, for those that can', async () => {
  // P-34 to P-36
  const { rita } = people
  const add: Tie = { change: 'add', planId: more.id }
  expect((await judge(rita, both(), add)).map(({ reason }) => reason)).toEqual([
    'Add-ons need a plan: a custom subscription has none.',
    null,
  ])
  expect(await change(rita, both(), add)).toBe(1)
  expect(await reread(db(), shop)).toMatchObject({ values: { disk: 2 * GB } })
  expect(await change(rita, both(), add)).toBe(0)

  expect(await change(rita, both(), { change: 'plan', planId: big.id })).toBe(2)
  expect(await reread(db(), shop)).toMatchObject({ planId: big.id, values: { disk: 6 * GB } })
  expect(await reread(db(), blog)).toMatchObject({ planId: big.id, values: { disk: 5 * GB } })
  expect(await db().select().from(jobs)).toMatchObject([{ priority: 10 }, { priority: 10 }])

  expect(await change(rita, both(), { change: 'remove', planId: more.id })).toBe(1)
  expect(await reread(db(), shop)).toMatchObject({ values: { disk: 5 * GB } })
  expect(await change(rita, both(), { change: 'custom', planId: null })).toBe(2)
  expect(await reread(db(), shop)).toMatchObject({ planId: null, values: { disk: 5 * GB } })
})

test('all or nothing: more than is left to sell changes none', async () => {
  //
  const { rita } = people
  const wish: Tie = { change: 'plan', planId: big.id }
  const looked = await look(rita, both(), wish)
  const values = { ...initialValues('reseller'), disk: 7 * GB }
  await db().update(resellers).set({ values }).where(eq(resellers.accountId, rita.account.id))
  await expect(look(rita, both(), wish)).rejects.toThrow(Invalid)
  await expect(confirm(rita, wish, looked)).rejects.toThrow(Invalid)
  expect(await reread(db(), shop)).toEqual(shop)
  expect(await reread(db(), blog)).toEqual(blog)
})

test('says what becomes of the values, those together for whom it is the same', async () => {
  // P-49, F-84
  const { rita, cato, host } = people
  const twin = await aSubscription(db(), cato.account, host, people.ritasGold, 'twin.test')
  const locked = { locked: true }
  const kept = await aSubscription(db(), cato.account, host, people.ritasGold, 'kept.test', locked)
  const ids = [...both(), twin.id, kept.id]

  const scan = await aPlan(db(), rita.account, 'Scan', { disk: 5 * GB, virusScan: true })
  const plan: Tie = { change: 'plan', planId: scan.id }
  const looked = await look(rita, ids, plan)
  const { effects } = await previewTie(db(), rita.actor, ids, plan)
  expect(effects.changed.flatMap(({ ids }) => ids).sort()).toEqual(ids.sort())
  expect(effects.changed[0]?.details).toContainEqual({
    label: 'Disk space (MB)',
    from: 1024,
    to: 5120,
  })
  expect(effects.unsynced.flatMap(({ ids }) => ids)).toHaveLength(4)
  expect(effects.locked).toEqual([])

  const add = await previewTie(db(), rita.actor, ids, { change: 'add', planId: more.id })
  expect(add.effects.changed.flatMap(({ ids }) => ids).sort()).toEqual([shop.id, twin.id].sort())
  expect(add.effects.locked).toMatchObject([{ ids: [kept.id] }])

  const asked = { change: 'plan', plan: String(scan.id) }
  const text = await (await previewed(rita, ids.map(String), asked)).text()
  expect(text).toContain('4 get other values:')
  expect(text).toMatch(/Disk space \(MB\)<\/th><td[^>]*>\s*1,024\s*<\/td><td[^>]*>\s*5,120/)
  expect(text).toContain('4 would become unsynced')

  // another edit of the plan is another preview
  const values = { ...scan.values, disk: 6 * GB }
  await db().update(plans).set({ values }).where(eq(plans.id, scan.id))
  await expect(confirm(rita, plan, looked)).rejects.toThrow(Stale)
})

/** What the list sends, and then the form of its preview. */
async function previewed(who: Someone, id: string[], asked: Record<string, string>) {
  const visitor = await web.as(who)
  const chosen = await visitor.post('/subscriptions/bulk', { id, action: 'plan' })
  const address = chosen.headers.get('location')!.split('?')[0]!
  return visitor.post(address, { action: 'plan', seen: '', ...asked })
}

test('what a reseller is short of is told at the field that asks for it', async () => {
  //
  const values = { ...initialValues('reseller'), disk: 2 * GB }
  const { id: accountId } = people.rita.account
  await db().update(resellers).set({ values }).where(eq(resellers.accountId, accountId))
  const visitor = await web.as(people.rita)
  const asked = await previewed(people.rita, [String(shop.id)], {
    change: 'add',
    addOn: String(more.id),
  })
  expect(asked.status).toBe(422)
  const text = await asked.text()
  expect(text).toContain('would have sold 3,072, but has only 2,048 to sell')
  expect(text).toMatch(/<select[^>]*name="addOn"[^>]*is-invalid|is-invalid[^>]*name="addOn"/)
  expect(text).toContain('>Preview</button>')

  const single = await visitor.post(`/subscriptions/${shop.id}/add-ons`, {
    change: 'add',
    plan: String(more.id),
  })
  expect(single.status).toBe(422)
  expect(await single.text()).toMatch(/is-invalid[^>]*name="plan"|name="plan"[^>]*is-invalid/)
})

test('what was not shown is not done', async () => {
  // F-84, F-73
  const tie: Tie = { change: 'plan', planId: big.id }
  const looked = await look(people.rita, both(), tie)
  await db().update(subscriptions).set({ planId: big.id }).where(eq(subscriptions.id, blog.id))
  await expect(confirm(people.rita, tie, looked)).rejects.toThrow(Stale)
  expect(await reread(db(), shop)).toEqual(shop)
})

test('a foreign number among them is none at all, a foreign plan is not on offer', async () => {
  // F-77, F-110, F-114
  const { rita, cato, cleo, host, rolfsGold } = people
  const foreign = await aSubscription(db(), cleo.account, host, rolfsGold, 'cleo.test')
  const tie: Tie = { change: 'custom', planId: null }
  await expect(judge(rita, [shop.id, foreign.id], tie)).rejects.toThrow(NotFound)
  await expect(look(rita, [foreign.id], tie)).rejects.toThrow(Conflict)
  await expect(look(cato, [shop.id], tie)).rejects.toThrow(Forbidden)
  const looked = await look(rita, [shop.id], tie)
  await expect(confirm(cato, tie, looked)).rejects.toThrow(NotFound)
  expect(await change(rita, [shop.id], { change: 'plan', planId: rolfsGold.id })).toBe(0)

  expect(await reread(db(), shop)).toEqual(shop)
})

test('a thousand at once', async () => {
  await db().execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid,
      password_hash, "values")
    select account_id, plan_id, host_id, 'n' || n || '.test', 'n' || n, uid + 10 + n,
      password_hash, "values"
    from subscriptions, generate_series(1, 1000) as n where id = ${shop.id}`)
  const ids = (await db().select({ id: subscriptions.id }).from(subscriptions)).map(({ id }) => id)
  expect(await change(people.rita, ids, { change: 'plan', planId: big.id })).toBe(1002)
  expect(await change(people.rita, ids, { change: 'add', planId: more.id })).toBe(1002)
  expect(await db().$count(subscriptionAddOns)).toBe(1002)
  expect(await db().$count(subscriptions, eq(subscriptions.generation, 3))).toBe(1002)
})
