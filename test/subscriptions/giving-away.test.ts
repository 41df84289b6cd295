import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { convertOne } from '../../src/bulk/converting.ts'
import { Invalid } from '../../src/errors.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { type Plan, resellers } from '../../src/plans/schema.ts'
import { addAddOn } from '../../src/subscriptions/add-ons.ts'
import { budgets, over } from '../../src/subscriptions/budget.ts'
import { createSubscription } from '../../src/subscriptions/creation.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import type { Subscription } from '../../src/subscriptions/schema.ts'
import { shortages } from '../../src/subscriptions/shortage.ts'
import { aPlan, aSubscription, type Cast, cast, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

/** every path that gives something away asks the same function, and refuses with the numbers. */
const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let count = 0
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  await ritaHas({ disk: 5 * GB, shell: 'limited' })
  shop = await site(GB)
})

const mine = () => eq(resellers.accountId, people.rita.account.id)
const contract = async () => (await db().select().from(resellers).where(mine()))[0]!.values
async function ritaHas(values: Partial<Values>) {
  await db()
    .update(resellers)
    .set({ values: { ...(await contract()), ...values } })
    .where(mine())
}
const site = (disk: number, plan: Plan = people.ritasGold) =>
  aSubscription(db(), people.cato.account, people.host, plan, `site${++count}.test`, {
    values: { ...plan.values, disk },
  })
const plan = (values: Partial<Values>, kind: Plan['kind'] = 'service') =>
  aPlan(
    db(),
    people.rita.account,
    `Plan${++count}`,
    { ...(kind === 'add-on' ? nothing : {}), ...values },
    kind,
  )
const nothing = { disk: 0, traffic: 0, domains: 0, mailboxSize: 0, php: false }

const create = ({ id: planId }: Plan) =>
  createSubscription(db(), Buffer.alloc(32), people.rita.actor, people.cato.account.id, {
    domain: `new${++count}.test`,
    planId,
    hostId: null,
  })
const choose = ({ id }: Plan) => choosePlan(db(), people.rita.actor, shop.id, id)
const edit = async (edited: Plan, values: Partial<Values>) => {
  const wish = { ...edited, note: '', values: { ...edited.values, ...values } }
  const { name, title, hidden, notForResellers, version, note, values: whole } = wish
  const draft = { name, title, hidden, notForResellers, version, note, values: whole }
  const { actor } = people.rita
  const seen = await previewChange(db(), actor, edited.id, draft)
  return changePlanAndSync(db(), actor, edited.id, draft, seen?.fingerprint ?? null)
}
const diskLine = async () => {
  const { id } = people.rita.account
  return (await budgets(db(), [id])).get(id)!.get('disk')!
}

const tooMuch: [string, () => Promise<unknown>][] = [
  ['a new subscription', async () => create(await plan({ disk: 4 * GB + 1 }))],
  ['another plan', async () => choose(await plan({ disk: 5 * GB + 1 }))],
  [
    'an add-on',
    async () =>
      addAddOn(db(), people.rita.actor, shop.id, (await plan({ disk: 4 * GB + 1 }, 'add-on')).id),
  ],
  [
    'an edited plan',
    async () => {
      await site(GB)
      await edit(people.ritasGold, { disk: 3 * GB })
    },
  ],
  ['a shell in a new subscription', async () => create(await plan({ shell: 'bash' }))],
  ['a shell in another plan', async () => choose(await plan({ shell: 'bash' }))],
  [
    'a shell in an add-on',
    async () =>
      addAddOn(db(), people.rita.actor, shop.id, (await plan({ shell: 'bash' }, 'add-on')).id),
  ],
]
test.each(tooMuch)('%s is refused when it is too much', async (_, give) => {
  const before = await diskLine()
  const refusal = (await give().catch((error: unknown) => error)) as Invalid
  expect(refusal).toBeInstanceOf(Invalid)
  expect(Object.values(refusal.words).length).toBeGreaterThanOrEqual(2)
  expect((await diskLine()).sold - before.sold).toBeLessThanOrEqual(GB)
  expect(over(await diskLine())).toBe(0)
})

test('a plan that is too small for what a customer has makes it no reseller', async () => {
  const carl = await someone(db(), 'customer', 'carl', people.ada.account.id)
  await aSubscription(db(), carl.account, people.host, people.adasGold, 'carl.test')
  const values = { ...(await contract()), disk: 1 }
  const small = await aPlan(db(), people.ada.account, 'Small', values, 'reseller')
  const conversion = convertOne(db(), people.ada.actor, carl.account.id, small.id)
  await expect(conversion).rejects.toThrow(Invalid)
})

test('unlimited gives all that is left and sells nothing twice', async () => {
  // S-12, R-9
  await create(await plan({ disk: 'unlimited' }))
  expect(await diskLine()).toMatchObject({ sold: GB, unlimitedSold: 1, free: 4 * GB })
  await create(await plan({ disk: 4 * GB }))
  expect(await diskLine()).toMatchObject({ sold: 5 * GB, free: 0 })
})

test('a hundred gifts of all kinds at once never exceed what there is', async () => {
  // F-85
  const one = await plan({ disk: GB })
  const two = await plan({ disk: 2 * GB })
  const more = await plan({ disk: GB }, 'add-on')
  const sites = await Promise.all(Array.from({ length: 4 }, () => site(0, one)))
  const kinds = [
    () => create(one),
    (n: number) =>
      choosePlan(db(), people.rita.actor, sites[n % 4]!.id, n % 8 < 4 ? two.id : one.id),
    (n: number) => addAddOn(db(), people.rita.actor, sites[n % 4]!.id, more.id),
    (n: number) => edit(one, { disk: (n % 3) * GB }),
  ]
  const gifts = Array.from({ length: 100 }, (_, n) => kinds[n % 4]!(Math.floor(n / 4)))
  const results = await Promise.allSettled(gifts)

  const done = results.filter(({ status }) => status === 'fulfilled')
  expect(done.length).toBeGreaterThan(0)
  for (const result of results) {
    if (result.status === 'fulfilled') continue
    expect(['Invalid', 'Stale', 'Unseen', 'Conflict']).toContain(result.reason.name)
  }
  expect(over(await diskLine())).toBe(0)
  const { id } = people.rita.account
  expect((await shortages(db(), new Map([[id, await contract()]]))).get(id)).toEqual([])
})

test('the form of a new subscription says what cannot be sold, and why', async () => {
  const [small, large] = [await plan({ disk: GB }), await plan({ disk: 4.5 * GB })]
  const bash = await plan({ disk: GB, shell: 'bash' })
  const visitor = await web.as(people.rita)
  for (const path of [`/subscriptions/new?account=${people.cato.account.id}`, '/customers/new']) {
    const text = await visitor.read(path)
    const option = ({ id }: Plan) =>
      new RegExp(`<option value="${id}"([^>]*)>([^<]*)`).exec(text)!.slice(1)
    expect(option(small)).toEqual(['', small.name])
    expect(option(large)[0]).toContain('disabled')
    expect(option(large)[1]).toContain('4,608 wanted, but only 4,096 of 5,120 are left to sell')
    expect(option(bash)[0]).toContain('disabled')
    expect(option(bash)[1]).toContain('At most Limited shell can be sold')
  }
})
