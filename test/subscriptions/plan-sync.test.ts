import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { Forbidden, Invalid, NotFound, Stale } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import type { PlanEdit } from '../../src/plans/change.ts'
import { type Plan, plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { overrides, subscriptionAddOns, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let gold: Plan
let count = 0
beforeEach(async () => {
  people ??= await cast(db())
  await db().delete(subscriptions)
  gold = await aPlan(db(), people.rita.account, `Plan${++count}`)
  await db()
    .update(resellers)
    .set({ values: initialValues('reseller'), planId: null })
    .where(eq(resellers.accountId, people.rita.account.id))
})

const edit = (plan: Plan, values: Partial<Values>, more: Partial<PlanEdit> = {}): PlanEdit => ({
  name: plan.name,
  title: plan.title,
  hidden: plan.hidden,
  notForResellers: plan.notForResellers,
  version: plan.version,
  note: '',
  values: { ...plan.values, ...values },
  ...more,
})
/** Looks at what it does, and then does it. */
async function change(
  plan: Plan,
  values: Partial<Values>,
  more: Partial<PlanEdit> = {},
  { actor }: Someone = people.rita,
) {
  const wanted = edit(plan, values, more)
  const preview = await previewChange(db(), actor, plan.id, wanted)
  return changePlanAndSync(db(), actor, plan.id, wanted, preview?.fingerprint ?? null)
}
const site = (plan: Plan | null = gold, more = {}) =>
  aSubscription(db(), people.cato.account, people.host, plan, `site${++count}.test`, more)
const jobOf = (id: number) => db().select().from(jobs).where(eq(jobs.subscriptionId, id))

test('a change reaches all unlocked subscriptions of the plan, and their hosts', async () => {
  // P-37
  const [one, locked, custom] = [await site(), await site(gold, { locked: true }), await site(null)]
  const removing = await site(gold, { removing: true })
  const result = await change(gold, { mailboxes: 7 }, { note: 'More mail' })

  expect(result).toMatchObject({ followed: 1, plan: { version: 2 } })
  expect(await reread(db(), one)).toMatchObject({ values: { mailboxes: 7 }, generation: 2 })
  expect(await jobOf(one.id)).toMatchObject([{ kind: 'subscriptions.apply', priority: 10 }])
  for (const other of [locked, custom, removing]) {
    expect(await reread(db(), other)).toEqual(other)
    expect(await jobOf(other.id)).toEqual([])
  }
  const versions = await db().select().from(planVersions).where(eq(planVersions.planId, gold.id))
  expect(versions).toMatchObject([{}, { version: 2, authorName: 'rita', note: 'More mail' }])
  const trail = await db().select().from(auditEntries).where(eq(auditEntries.objectId, gold.id))
  expect(trail.at(-1)).toMatchObject({
    action: 'plan.changed',
    changes: { mailboxes: { from: 0, to: 7 } },
  })
})

test('what differs on purpose stays, and add-ons still count', async () => {
  const addOn = await aPlan(
    db(),
    people.rita.account,
    `Extra${count}`,
    none({ mailboxes: 3 }),
    'add-on',
  )
  const one = await site()
  await db().insert(subscriptionAddOns).values({ subscriptionId: one.id, planId: addOn.id })
  await db()
    .insert(overrides)
    .values([
      { subscriptionId: one.id, property: 'imap', value: false, authorName: 'rita' },
      {
        subscriptionId: one.id,
        property: 'phpVersion',
        value: '8.4',
        authorName: 'cato',
        byCustomer: true,
      },
    ])

  const { plan } = await change(gold, { mailboxes: 7, imap: true, mayChangePhp: true })
  expect((await reread(db(), one))!.values).toMatchObject({
    mailboxes: 10,
    imap: false,
    phpVersion: '8.4', // P-46
  })
  await change(plan, { mayChangePhp: false })
  expect((await reread(db(), one))!.values.phpVersion).toBe('8.2')

  await change(addOn, { mailboxes: 5 })
  expect((await reread(db(), one))!.values.mailboxes).toBe(12) // P-38
})

test('what changes nothing tells no host', async () => {
  const one = await site(gold, { values: { ...gold.values, mailboxes: 7 } })
  expect(await change(gold, { mailboxes: 7 })).toMatchObject({ followed: 0 })
  expect(await jobOf(one.id)).toEqual([])
})

test('an edit that changes nothing leaves nothing behind', async () => {
  // twice
  await site()
  const { plan } = await change(gold, { mailboxes: 7 })
  const before = [await db().$count(auditEntries), await db().$count(planVersions)]
  expect(await change(plan, {})).toEqual({
    plan,
    changed: false,
    followed: 0,
    batchId: null,
  })
  expect([await db().$count(auditEntries), await db().$count(planVersions)]).toEqual(before)
})

test('an edit drawn from an older plan is refused', async () => {
  // F-73
  await change(gold, { mailboxes: 7 })
  await expect(change(gold, { mailboxes: 8 })).rejects.toThrow(Stale)
  expect((await planNow(gold)).values.mailboxes).toBe(7)
})

test('of two edits at once the second is stale', async () => {
  const late = Promise.withResolvers<unknown>()
  await db().transaction(async (tx) => {
    await tx.update(plans).set({ version: 2, title: 'First' }).where(eq(plans.id, gold.id))
    change(gold, { mailboxes: 8 }).then(late.reject, late.resolve)
    await untilBlocked(db())
  })
  expect(await late.promise).toBeInstanceOf(Stale)
  expect(await planNow(gold)).toMatchObject({ title: 'First', values: { mailboxes: 0 } })
})

test("a name that is taken is refused, another owner's is not", async () => {
  // F-26
  const other = await aPlan(db(), people.rita.account, `Other${count}`)
  await expect(change(gold, {}, { name: other.name.toUpperCase() })).rejects.toThrow(
    expect.objectContaining({ field: 'name' }),
  )
  await aPlan(db(), people.ada.account, `Adas${count}`)
  await change(gold, {}, { name: `Adas${count}` })
  expect(await planNow(gold)).toMatchObject({ name: `Adas${count}` })
})

test('strangers do not see it, read-only logins do not change it', async () => {
  await expect(change(gold, { mailboxes: 1 }, {}, people.rolf)).rejects.toThrow(NotFound)
  await expect(change(gold, { mailboxes: 1 }, {}, people.cato)).rejects.toThrow(NotFound)
  const reader = { ...people.rita, actor: { ...people.rita.actor, role: 'read' as const } }
  await expect(change(gold, { mailboxes: 1 }, {}, reader)).rejects.toThrow(Forbidden)
  await change(gold, { mailboxes: 1 }, {}, people.ada)
  expect((await planNow(gold)).values.mailboxes).toBe(1)
})

test('a change may not sell more than the reseller has', async () => {
  //
  await site()
  await site()
  await ritaHas({ mailboxes: 10 })
  await expect(change(gold, { mailboxes: 6 })).rejects.toThrow(
    expect.objectContaining({
      words: { property: 'Mailboxes', reseller: 'Rita', sold: 12, limit: 10 },
    }),
  )
  expect((await planNow(gold)).values.mailboxes).toBe(0)
  await expect(change(gold, { mailboxes: 11 })).rejects.toThrow(Invalid)
  const { plan } = await change(gold, { mailboxes: 5 })

  await ritaHas({ mailboxes: 6 })
  await change(plan, { mailboxes: 4 }) // still too much, but less than before
  expect((await planNow(gold)).values.mailboxes).toBe(4)
})

test("an admin's plan that resellers sell counts in each of their budgets", async () => {
  const { ada, cleo, host } = people
  const shared = await aPlan(db(), ada.account, `Shared${count}`)
  const one = await site(shared)
  const other = await aSubscription(db(), cleo.account, host, shared, `site${++count}.test`)
  await ritaHas({ mailboxes: 5, imap: false })
  await expect(change(shared, { mailboxes: 6 }, {}, ada)).rejects.toThrow(Invalid)

  await change(shared, { mailboxes: 5, imap: true }, {}, ada)
  expect((await reread(db(), one))!.values).toMatchObject({ mailboxes: 5, imap: false })
  expect((await reread(db(), other))!.values).toMatchObject({ mailboxes: 5, imap: true })
})

test('resellers follow their reseller plan', async () => {
  // P-38
  const { ada, rita } = people
  const big = await aPlan(db(), ada.account, `Big${count}`, initialValues('reseller'), 'reseller')
  await db()
    .update(resellers)
    .set({ planId: big.id, values: big.values })
    .where(eq(resellers.accountId, rita.account.id))

  expect(await change(big, { domains: 9 }, {}, ada)).toMatchObject({ followed: 1 })
  const [contract] = await db().select().from(resellers).where(eq(resellers.planId, big.id))
  expect(contract!.values.domains).toBe(9)
})

test('ten thousand follow in one go', async () => {
  const one = await site()
  await db().execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values)
    select account_id, plan_id, host_id, 'n' || n || '.test', 'n' || n, nextval('system_uids'),
      password_hash, values
    from subscriptions, generate_series(1, 9999) as n where id = ${one.id}`)
  await ritaHas({ mailboxes: 999_999 })

  expect(await change(gold, { mailboxes: 7 })).toMatchObject({ followed: 10_000 })
  const behind = sql`plan_id = ${gold.id} and not (values @> '{"mailboxes": 7}' and generation = 2)`
  expect(await db().$count(subscriptions, behind)).toBe(0)
})

const none = (values: Partial<Values>) => ({ ...initialValues('add-on'), ...values })
const planNow = async ({ id }: Plan) =>
  (await db().select().from(plans).where(eq(plans.id, id)))[0]!
const ritaHas = (values: Partial<Values>) =>
  db()
    .update(resellers)
    .set({ values: { ...initialValues('reseller'), ...values } })
    .where(eq(resellers.accountId, people.rita.account.id))
