import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import type { Values } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { resellers } from '../../src/plans/schema.ts'
import { budgets } from '../../src/subscriptions/budget.ts'
import { createSubscription } from '../../src/subscriptions/creation.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  rita = await web.as(people.rita)
})

const at = (part = '') => `/customers/${people.rita.account.id}/ledger${part}`
const ritaHas = async (values: Partial<Values>) => {
  const mine = eq(resellers.accountId, people.rita.account.id)
  const [row] = await db().select().from(resellers).where(mine)
  await db()
    .update(resellers)
    .set({ values: { ...row!.values, ...values } })
    .where(mine)
}
const sold = (who: 'rita' | 'cato' | 'cleo', domain: string, values: Partial<Values>) =>
  aSubscription(db(), people[who].account, people.host, null, domain, {
    values: { ...people.ritasGold.values, ...values },
  })
const rows = (html: string) =>
  [...html.matchAll(/<tr>\s*<t[hd].*?<\/tr>/gs)].map(([row]) =>
    row
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )

test('limit, sold, used, free and by how much it is too much', async () => {
  // M-15, M-16, R-23
  await ritaHas({ disk: 10 * GB, mailboxes: 5, subscriptions: 10 })
  await sold('rita', 'own.test', { disk: 5 * GB, mailboxes: 1 })
  await sold('cato', 'shop.test', { disk: 7 * GB, mailboxes: 'unlimited' })
  await sold('cleo', 'rolfs.test', { disk: 9 * GB })

  const html = await rita.read(at())
  const lines = rows(html)
  expect(lines.find((line) => line.startsWith('Disk space'))).toBe(
    'Disk space 10 GB 12 GB – 0 bytes 2 GB',
  )
  expect(lines.find((line) => line.startsWith('Mailboxes'))).toBe(
    'Mailboxes 5 1 and 1 × all that is left – 4 –',
  )
  expect(lines.find((line) => line.startsWith('Subscriptions'))).toBe('Subscriptions 10 2 2 8 –')
  expect(lines.find((line) => line.startsWith('Traffic'))).toMatch(
    /^Traffic Unlimited .* Unlimited –$/,
  )
  expect(html).toContain('aria-label="120% sold"')
  expect(html).toContain('Oversell is off')
  expect(html).not.toContain('rolfs.test') // F-113
})

test('says plainly what counts with oversell', async () => {
  await ritaHas({ disk: GB, oversell: true })
  await sold('cato', 'shop.test', { disk: 7 * GB })
  const html = await rita.read(at())
  expect(html).toContain('Oversell is on')
  expect(rows(html).find((line) => line.startsWith('Disk space'))).toMatch(/ 1 GB –$/)
})

test('the rows of a resource add up to what is sold of it, over any number of pages', async () => {
  const amounts = Array.from({ length: 60 }, (_, n) => (n % 7) * GB)
  for (const [n, disk] of amounts.entries())
    await sold(n % 2 ? 'rita' : 'cato', `s${n}.test`, { disk })
  await sold('cato', 'gone.test', { disk: GB })
  await db()
    .update(subscriptions)
    .set({ removing: true })
    .where(eq(subscriptions.domain, 'gone.test'))
  await sold('cato', 'all.test', { disk: 'unlimited' })

  const seen: string[] = []
  let next: string | undefined = at('/disk')
  while (next) {
    const html: string = await rita.read(next)
    seen.push(...rows(html).filter((row) => row.includes('.test')))
    next = /rel="next" href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  }
  const sum = amounts.reduce((total, amount) => total + amount, 0)
  expect(seen).toHaveLength(amounts.filter((amount) => amount > 0).length + 1)
  expect(seen[0]).toMatch(/^all.test .* All that is left$/)
  const shown = seen.slice(1).map((row) => Number(/(\d+) GB$/.exec(row)![1]) * GB)
  expect(shown.reduce((total, amount) => total + amount, 0)).toBe(sum)
  expect(shown).toEqual(shown.toSorted((one, other) => other - one))
  const line = (await budgets(db(), [people.rita.account.id]))
    .get(people.rita.account.id)!
    .get('disk')
  expect(line).toMatchObject({ sold: sum, unlimitedSold: 1 })
  expect(await rita.read(at('/disk'))).toContain('Sum of all subscriptions')
})

test('is for the reseller and those above, of resources there are', async () => {
  // F-110
  const [rolf, cato, ada] = await Promise.all([
    web.as(people.rolf),
    web.as(people.cato),
    web.as(people.ada),
  ])
  for (const path of [at(), at('/disk')]) {
    expect((await ada.get(path)).status).toBe(200)
    expect((await rolf.get(path)).status).toBe(404)
    expect((await cato.get(path)).status).toBe(404)
  }
  for (const property of ['php', 'customers', 'nothing', 'constructor', '%27']) {
    expect((await rita.get(at(`/${property}`))).status).toBe(404)
  }
  expect((await rita.get(`/customers/${people.cato.account.id}/ledger`)).status).toBe(404)
  expect((await rita.get(at('/disk?sort=x&after=%00'))).status).toBe(200) // F-39
})

test('of fifty sales at once only as many succeed as there is room for', async () => {
  // F-85, R-23
  await ritaHas({ disk: 5 * GB })
  const plan = await aPlan(db(), people.rita.account, 'One', { disk: GB })
  const key = Buffer.alloc(32)
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) =>
      createSubscription(db(), key, people.rita.actor, people.cato.account.id, {
        domain: `many${n}.test`,
        planId: plan.id,
        hostId: null,
      }),
    ),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  const line = (await budgets(db(), [people.rita.account.id]))
    .get(people.rita.account.id)!
    .get('disk')
  expect(line).toMatchObject({ sold: 5 * GB, free: 0 })
})
