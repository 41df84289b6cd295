import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { readSession } from '../../src/auth/sessions.ts'
import type { Transaction } from '../../src/db/database.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { lockPlan } from '../../src/plans/access.ts'
import { propertyKeys, type Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { beyond } from '../../src/plans/values.ts'
import { budgets, over } from '../../src/subscriptions/budget.ts'
import {
  customTerms,
  endingOf,
  makeCustomer,
  makeReseller,
} from '../../src/subscriptions/conversion.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { shortages } from '../../src/subscriptions/shortage.ts'
import { anyValues } from '../plans/arbitrary.ts'
import {
  aPlan,
  aSubscription,
  type Cast,
  cast,
  reread,
  type Someone,
  someone,
} from '../support/cast.ts'
import { emptied, ownDatabase, untilBlocked } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let carl: Someone
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  carl = await someone(db(), 'customer', 'carl', people.ada.account.id)
})

const kindOf = async ({ account }: Someone) =>
  (await db().select().from(accounts).where(eq(accounts.id, account.id)))[0]!.kind
const contract = async ({ account }: Someone) =>
  (await db().select().from(resellers).where(eq(resellers.accountId, account.id)))[0]
const site = (domain: string, values: Partial<Values>, more = {}) =>
  aSubscription(db(), carl.account, people.host, people.adasGold, domain, {
    values: { ...people.adasGold.values, ...values },
    ...more,
  })
const convert = (planId: number | null = null, who: Someone = people.ada, whom = carl) =>
  db().transaction((tx) => makeReseller(tx, who.actor, whom.account.id, planId))
const back = async (who: Someone = people.ada) =>
  makeCustomer(db(), who.actor, carl.account.id, await endingOf(db(), carl.account.id))

test('Custom is the sum of all its subscriptions', async () => {
  // P-21, P-22, M-32, R-8
  const one = await site('one.test', {
    disk: 2 * GB,
    mailboxes: 3,
    imap: true,
    applications: ['PHP'],
  })
  await site('two.test', {
    disk: GB,
    mailboxes: 'unlimited',
    shell: 'bash',
    applications: ['Perl'],
  })
  await site('gone.test', { disk: 50 * GB }, { removing: true })
  await convert()

  expect(await kindOf(carl)).toBe('reseller')
  const { planId, values } = (await contract(carl))!
  expect(planId).toBeNull()
  expect(values).toMatchObject({
    disk: 3 * GB,
    mailboxes: 'unlimited',
    imap: true,
    shell: 'bash',
    applications: ['PHP', 'Perl'],
    customers: 'unlimited',
    subscriptions: 'unlimited',
    oversell: false,
  })
  const lines = (await budgets(db(), [carl.account.id])).get(carl.account.id)!
  expect(lines.get('disk')).toMatchObject({ limit: 3 * GB, sold: 3 * GB, free: 0 })
  expect(await reread(db(), one)).toMatchObject({ planId: people.adasGold.id, generation: 1 })
  const entries = await db().select().from(auditEntries)
  expect(entries.map(({ action }) => action)).toEqual([
    'account.converted',
    'reseller.contract_given',
  ])
})

test('the sum is never too small for what it is the sum of', () => {
  // P-22, property by property
  fc.assert(
    fc.property(fc.array(anyValues, { minLength: 1, maxLength: 5 }), (parts) => {
      const sum = customTerms(parts)
      for (const part of parts) {
        const keys = beyond(sum, { ...part, customers: 0, subscriptions: 0, oversell: false })
        expect(keys).toEqual([])
      }
      expect(Object.keys(sum)).toEqual(propertyKeys)
    }),
  )
})

test('a reseller plan, when it has room for what there is already', async () => {
  // P-21, R-23
  const { ada } = people
  await site('one.test', { disk: 2 * GB })
  const all = (await contract(people.rita))!.values
  const big = await aPlan(db(), ada.account, 'Big', { ...all, disk: 2 * GB }, 'reseller')
  const small = await aPlan(db(), ada.account, 'Small', { ...all, disk: GB }, 'reseller')
  const strict = await aPlan(db(), ada.account, 'Strict', { ...all, php: false }, 'reseller')

  await expect(convert(small.id)).rejects.toThrow(
    expect.objectContaining({
      field: 'plan',
      words: expect.objectContaining({ sold: 2048, has: 1024 }),
    }),
  )
  await expect(convert(strict.id)).rejects.toThrow(Invalid)
  expect(await kindOf(carl)).toBe('customer')
  expect(await contract(carl)).toBeUndefined()

  await convert(big.id)
  expect(await contract(carl)).toMatchObject({ planId: big.id, values: { disk: 2 * GB } })
})

test('whoever is logged in to it is logged out', async () => {
  // F-92
  const session = await web.as(carl)
  const cookie = session.cookie.replace('session=', '')
  await convert()
  expect(await readSession(db(), cookie, null)).toBeNull()
  expect((await (await web.as(carl)).get('/plans')).status).toBe(200)
})

test('only an admin converts, and only whom it makes sense for', async () => {
  const { ada, rita, rolf, cato } = people
  for (const who of [rita, carl]) {
    await expect(convert(null, who, who === rita ? cato : carl)).rejects.toThrow(Forbidden)
  }
  await expect(convert(null, rolf, cato)).rejects.toThrow(NotFound)
  // F-114: none below resellers
  await expect(convert(null, ada, cato)).rejects.toThrow(Conflict)
  await expect(convert(null, ada, rita)).rejects.toThrow(Conflict)
  await expect(convert(null, ada, ada)).rejects.toThrow(Forbidden)
  await expect(convert(people.adasGold.id)).rejects.toThrow(Invalid)
  await db().update(accounts).set({ removing: true }).where(eq(accounts.id, carl.account.id))
  await expect(convert()).rejects.toThrow(Conflict)
})

test('twice at once it happens once', async () => {
  const both = await Promise.allSettled([convert(), convert()])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await kindOf(carl)).toBe('reseller')
})

test('the way back waits until it has no customers', async () => {
  //
  await convert()
  await someone(db(), 'customer', 'cora', carl.account.id)
  await expect(back()).rejects.toThrow(
    expect.objectContaining({ words: { customers: 1 }, name: 'Conflict' }),
  )
  await expect(back(carl)).rejects.toThrow(Forbidden)
})

test('on the way back its plans go, and its subscriptions keep every value', async () => {
  await convert()
  const own = await aPlan(db(), carl.account, 'Own')
  const shop = await site('shop.test', {}, { planId: own.id })
  const other = await site('other.test', {})
  const expected = { plans: 1, released: 1 }
  expect(await endingOf(db(), carl.account.id)).toEqual(expected)
  await expect(
    makeCustomer(db(), people.ada.actor, carl.account.id, { plans: 0, released: 0 }),
  ).rejects.toThrow(Conflict) // F-84

  const session = await web.as(carl)
  await makeCustomer(db(), people.ada.actor, carl.account.id, expected)
  expect(await kindOf(carl)).toBe('customer')
  expect(await contract(carl)).toBeUndefined()
  expect(await reread(db(), shop)).toMatchObject({ planId: null, values: shop.values })
  expect(await reread(db(), other)).toMatchObject({ planId: people.adasGold.id })
  expect(await db().select().from(plans).where(eq(plans.id, own.id))).toEqual([])
  expect((await session.get('/')).headers.get('location')).toBe('/login')
  expect(await back().catch((error) => error)).toBeInstanceOf(Conflict)
})

test('there and back, any number of times, nothing of its subscriptions changes', async () => {
  const shop = await site('shop.test', { disk: 7 * GB })
  for (let round = 0; round < 2; round++) {
    await convert()
    await back()
  }
  expect(await reread(db(), shop)).toEqual(shop)
})

test('the pages: Custom preselected, refusals with numbers, the list in the way', async () => {
  // P-23, R-18
  const ada = await web.as(people.ada)
  await site('one.test', { disk: 2 * GB, mailboxes: 3 })
  const all = (await contract(people.rita))!.values
  const small = await aPlan(db(), people.ada.account, 'Small', { ...all, disk: GB }, 'reseller')
  const at = `/customers/${carl.account.id}/conversion`

  expect(await ada.read(`/customers/${carl.account.id}`)).toContain('Convert to reseller')
  const form = await ada.read(at)
  expect(form).toContain('<option value="" selected>')
  expect(form).toContain('the sum of 1 subscription')
  expect(form).toContain('2 GB')

  const refused = await ada.post(at, { to: 'reseller', plan: String(small.id) })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain(
    'Disk space (MB): 2,048 are given away already, but the plan has 1,024.',
  )
  expect((await ada.post(at, { to: 'reseller', plan: '', kind: 'admin' })).status).toBe(422) // F-82
  expect((await ada.post(at, { to: 'reseller' })).status).toBe(422) // F-83
  expect(
    (await ada.post(at, { to: 'customer', yes: 'on', plans: '0', released: '0' })).status,
  ).toBe(409)

  expect((await ada.post(at, { to: 'reseller', plan: '' })).status).toBe(303)
  await someone(db(), 'customer', 'cora', carl.account.id)
  const inTheWay = await ada.read(at)
  expect(inTheWay).toContain('1 customer.')
  expect(inTheWay).toContain('Cora')
  expect(
    (await ada.post(at, { to: 'customer', yes: 'on', plans: '0', released: '0' })).status,
  ).toBe(409)
  expect(await kindOf(carl)).toBe('reseller')
})

test('what is too much under some terms is told property by property', async () => {
  const { rita, cato, host } = people
  const values = { ...people.ritasGold.values, disk: 3 * GB, shell: 'bash', applications: ['PHP'] }
  await aSubscription(db(), cato.account, host, null, 'a.test', { values })
  await aSubscription(db(), rita.account, host, null, 'b.test', {
    values: { ...values, cpuLimit: 'unlimited', mailboxes: 'unlimited' },
  })
  const all = (await contract(rita))!.values
  const under = async (terms: Partial<Values>) =>
    (await shortages(db(), new Map([[rita.account.id, { ...all, ...terms }]])))
      .get(rita.account.id)!
      .map(({ property: _, ...shortage }) => shortage)
  expect(await under({})).toEqual([])
  expect(await under({ disk: 5 * GB, mailboxes: 1, shell: 'limited' })).toEqual([
    { key: 'disk', has: 5 * GB, sold: 6 * GB, adds: true },
    { key: 'shell', has: 'limited', sold: 2, adds: false },
  ])
  expect(await under({ cpuLimit: 60, applications: ['Perl'], php: false })).toEqual([
    { key: 'php', has: false, sold: 2, adds: false },
    { key: 'cpuLimit', has: 60, sold: 1, adds: false },
    { key: 'applications', has: ['Perl'], sold: 2, adds: false },
  ])
  expect(await under({ subscriptions: 1, customers: 1 })).toEqual([
    { key: 'subscriptions', has: 1, sold: 2, adds: true },
  ])
  expect(await under({ disk: 5 * GB, oversell: true })).toEqual([])
  const lines = (await budgets(db(), [rita.account.id])).get(rita.account.id)!
  expect(over(lines.get('disk')!)).toBe(0)
})

/** Somebody is in the middle of something else, until the other side waits for it. */
async function meanwhile(
  work: (tx: Transaction) => Promise<unknown>,
  late: () => Promise<unknown>,
) {
  let waiting: Promise<unknown> | undefined
  await db().transaction(async (tx) => {
    await work(tx)
    waiting = late()
    waiting.catch(() => {})
    await untilBlocked(db())
  })
  return waiting
}

test('waits for an edit of a plan that is under way, and counts what it gave', async () => {
  //
  const shop = await site('one.test', { disk: GB })
  const values = { ...people.adasGold.values, disk: 5 * GB }
  await meanwhile(
    async (tx) => {
      await lockPlan(tx, people.ada.actor, people.adasGold.id)
      await tx.update(plans).set({ values }).where(eq(plans.id, people.adasGold.id))
      await tx.update(subscriptions).set({ values }).where(eq(subscriptions.id, shop.id))
    },
    () => convert(),
  )
  expect(await contract(carl)).toMatchObject({ values: { disk: 5 * GB } })
})

test('an edit that comes while it is under way knows of the new reseller', async () => {
  // it could not give away more than the sum, unnoticed
  await site('one.test', { disk: GB })
  const { adasGold: plan, ada } = people
  const { name, title, hidden, notForResellers, version } = plan
  const values = { ...plan.values, disk: 5 * GB }
  const draft = { name, title, hidden, notForResellers, version, note: '', values }
  const shown = async () => (await previewChange(db(), ada.actor, plan.id, draft))!
  const { fingerprint } = await shown()
  const edit = (seen: string) => changePlanAndSync(db(), ada.actor, plan.id, draft, seen)

  let both: Promise<PromiseSettledResult<unknown>[]> | undefined
  await db().transaction(async (tx) => {
    await tx.select().from(subscriptions).for('update')
    const conversion = convert()
    await untilBlocked(db())
    both = Promise.allSettled([conversion, edit(fingerprint)])
    await expect.poll(blocked).toBe(2)
  })
  expect(await both).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }])

  const now = await shown()
  expect(now.overdrawn).toMatchObject([{ reseller: 'Carl', sold: 5120, limit: 1024 }])
  await expect(edit(now.fingerprint)).rejects.toThrow(Invalid)
  const { id } = carl.account
  expect(over((await budgets(db(), [id])).get(id)!.get('disk')!)).toBe(0)
})

const blocked = async () => {
  const rows = await db().execute(sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`)
  return rows.length
}
