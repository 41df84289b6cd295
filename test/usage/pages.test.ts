import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { hosts } from '../../src/hosts/schema.ts'
import { GB, MB } from '../../src/plans/property.ts'
import { measured, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { trafficChart } from '../../src/usage/chart.ts'
import { forecast, overLimit } from '../../src/usage/over.ts'
import { usageMonths } from '../../src/usage/schema.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let shop: Subscription
let blog: Subscription
let cleos: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { cato, cleo, host, ritasGold, rolfsGold } = people
  const values = { ...ritasGold.values, disk: GB, traffic: 10 * GB }
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test', { values })
  blog = await aSubscription(db(), cato.account, host, ritasGold, 'blog.test', { values })
  cleos = await aSubscription(db(), cleo.account, host, rolfsGold, 'cleo.test', { values })
  await uses(shop, { home: 300 * MB, web: 900 * MB, mail: 24 * MB, databases: 0 })
  await uses(cleos, { home: 5 * MB, web: 0, mail: 0, databases: 0 })
  await used(shop, '2026-10', 9 * GB, 2 * GB, GB, 10 * GB)
  await used(shop, '2026-09', GB, 0, 0, null)
  await used(cleos, '2026-10', 64 * GB, 0, 0, null)
})

const uses = (
  { id: subscriptionId }: Subscription,
  places: Record<'home' | 'web' | 'mail' | 'databases', number>,
) => {
  const disk = Object.values(places).reduce((sum, bytes) => sum + bytes, 0)
  return db()
    .insert(measured)
    .values({ subscriptionId, disk, traffic: 11 * GB, ...places })
}
const used = (
  { id: subscriptionId }: Subscription,
  ...[month, web, ftp, mail, allowed]: [string, number, number, number, number | null]
) =>
  db().insert(usageMonths).values({ subscriptionId, month, web, ftp, mail, allowed, counter: 'a' })
const as = async (who: 'ada' | 'rita' | 'rolf' | 'cato' | 'cleo') => web.as(people[who])
const rowOf = (page: string, name: string) =>
  page.split('<tr>').find((row) => row.includes(`>${name}</a>`)) ?? ''

// S-62: the host refuses them, and the pages say why
test('a home that is too full is named as the reason why FTP takes no more', async () => {
  const cato = await as('cato')
  const pages = [`/subscriptions/${shop.id}`, `/subscriptions/${shop.id}/usage`]
  for (const page of pages) expect(await cato.read(page)).toContain('no more uploads by FTP')
  await db()
    .update(measured)
    .set({ home: 100 * MB, mail: 224 * MB })
  for (const page of pages) expect(await cato.read(page)).not.toContain('no more uploads by FTP')
})

describe('the disk usage overview', () => {
  // S-59, S-60, S-61
  test('says by place what each takes, and marks in words and red what is too much', async () => {
    const page = await (await as('rita')).read('/usage/disk')
    for (const heading of ['Home', 'Web', 'Mail (POP3)', 'MySQL', 'Total', 'Allowed'])
      expect(page).toContain(`>${heading}</a>`.replace('Allowed</a>', 'Allowed</th>'))
    const row = rowOf(page, 'shop.test')
    for (const bytes of ['300 MB', '900 MB', '24 MB', '1.2 GB', '1 GB'])
      expect(row).toContain(bytes)
    expect(row).toMatch(/class="over">1.2 GB <span[^>]*>Over limit: 119.5%/)
    // who was never measured has no figures
    expect(rowOf(page, 'blog.test')).toContain('not measured yet')
    expect(rowOf(page, 'blog.test')).not.toContain('0 bytes')
    expect(page).not.toContain('cleo.test')
  })

  test('is sorted and filtered, in a file too', async () => {
    const ada = await as('ada')
    const order = async (query: string) =>
      [...(await ada.read(`/usage/disk?${query}`)).matchAll(/>([a-z]+)\.test<\/a>/g)].map(
        ([, name]) => name,
      )
    expect(await order('')).toEqual(['blog', 'cleo', 'shop'])
    // who was never measured has no place in such an order, and the page says so
    expect(await order('sort=-disk')).toEqual(['shop', 'cleo'])
    expect(await order('sort=home')).toEqual(['cleo', 'shop'])
    expect(await ada.read('/usage/disk?sort=home')).toContain('is not in this order')
    expect(await order('over=yes')).toEqual(['shop'])
    expect(await order('q=cleo')).toEqual(['cleo'])
    expect(await order(`account=${people.cato.account.id}`)).toEqual(['blog', 'shop'])
    const file = await ada.read('/usage/disk.csv?over=yes')
    expect(file).toContain(`${300 * MB},${900 * MB},${24 * MB},0,${1224 * MB},${GB}`)
    expect(await ada.read('/usage/disk')).toMatch(/class="totals">[\s\S]*1.2 GB/)
  })

  test('is each one’s own', async () => {
    expect(await (await as('cato')).read('/usage/disk')).not.toContain('cleo.test')
    expect(await (await as('cleo')).read('/usage/disk')).toContain('cleo.test')
    expect(await (await as('rolf')).read('/usage/disk')).not.toContain('shop.test')
  })
})

describe('traffic', () => {
  // S-63, S-64
  test('is added up by month, the latest first, of what the reader sees', async () => {
    const page = await (await as('rita')).read('/usage/traffic')
    expect(page).toContain('Monthly overview')
    const months = [...page.matchAll(/<th scope="row">([^<]+)</g)].map(([, month]) => month)
    expect(months).toEqual(['October 2026', 'September 2026'])
    const [october = ''] = page.split('<tr>').slice(2)
    for (const bytes of ['9 GB', '2 GB', '1 GB', '12 GB']) expect(october).toContain(bytes)
    expect(october).toMatch(/\/usage\/traffic\/2026-10"[^>]*>Details</)
    expect(await (await as('ada')).read('/usage/traffic')).toContain('76 GB')
  })

  // S-65, S-66, R-13
  test('of a month is told by subscription, with the limit that held', async () => {
    await db()
      .update(subscriptions)
      .set({ values: { ...shop.values, traffic: 99 * GB } })
    const page = await (await as('rita')).read('/usage/traffic/2026-10')
    const row = rowOf(page, 'shop.test')
    expect(row).toMatch(/class="over">12 GB <span[^>]*>Over limit: 120%/)
    expect(row).toContain('10 GB')
    expect(page).not.toContain('blog.test')
    expect(page).not.toContain('cleo.test')
    const ada = await as('ada')
    const names = (text: string) => [...text.matchAll(/>([a-z]+)\.test<\/a>/g)].map(([, n]) => n)
    expect(names(await ada.read('/usage/traffic/2026-10'))).toEqual(['cleo', 'shop'])
    expect(names(await ada.read('/usage/traffic/2026-10?over=yes'))).toEqual(['shop'])
    expect(names(await ada.read('/usage/traffic/2026-10?sort=ftp'))).toEqual(['cleo', 'shop'])
    expect(names(await ada.read('/usage/traffic/2026-09'))).toEqual(['shop'])
    expect(await ada.read('/usage/traffic/2026-10.csv')).toContain(`${9 * GB},${2 * GB},${GB}`)
    for (const wrong of ['2026-13', '2026-1', 'x', '1999-10'])
      expect((await ada.get(`/usage/traffic/${wrong}`)).status).toBe(404)
  })
})

describe('one subscription', () => {
  // S-51, S-52
  test('has both behind “More actions”, and its own page', async () => {
    const cato = await as('cato')
    const list = await cato.read('/subscriptions')
    expect(list).toMatch(new RegExp(`/subscriptions/${shop.id}/usage#traffic">Traffic used<`))
    expect(list).toMatch(new RegExp(`/subscriptions/${shop.id}/usage#storage">Storage used<`))
    const page = await cato.read(`/subscriptions/${shop.id}/usage`)
    for (const words of ['Storage used', 'Traffic used', '900 MB', 'Over limit: 119.5%', '11 GB'])
      expect(page).toContain(words)
    expect(page).toContain('<rect class="chart-web"')
    expect(page).toMatch(/October 2026[\s\S]*12 GB/)
  })

  test('that nobody has looked at says so, and a sandbox that it counts no traffic', async () => {
    const cato = await as('cato')
    const page = () => cato.read(`/subscriptions/${blog.id}/usage`)
    expect(await page()).toContain('Nothing passes through a sandbox')
    expect(await page()).toContain('Not measured yet')
    await db().update(hosts).set({ kind: 'ssh' }).where(eq(hosts.id, people.host.id))
    expect(await page()).not.toContain('Nothing passes')
    expect(await page()).not.toContain('0 bytes')
  })

  test('of somebody else is not there', async () => {
    for (const who of ['rolf', 'cleo'] as const)
      expect((await (await as(who)).get(`/subscriptions/${shop.id}/usage`)).status).toBe(404)
  })
})

describe('figures', () => {
  test('say what is too much, and when that cannot be said', () => {
    expect(overLimit({ used: 5, allowed: 5 })).toBeNull()
    expect(overLimit({ used: 5, allowed: 'unlimited' })).toBeNull()
    expect(overLimit({ used: 5, allowed: 4 })).toEqual({ share: 1.25 })
    expect(overLimit({ used: 5, allowed: 0 })).toEqual({ share: null })
    expect([forecast(10, 0.01), forecast(10, 0.5)]).toEqual([null, 20])
  })

  test('stand on one another in a chart', () => {
    const chart = trafficChart([{ month: '2026-10', web: GB, ftp: GB, mail: 2 * GB }])
    const [{ parts } = { parts: [] }] = chart.bars
    expect(parts.map(({ service }) => service)).toEqual(['web', 'ftp', 'mail'])
    const [first, second, third] = parts
    expect(first!.y + first!.height).toBe(chart.bottom)
    expect(second!.y + second!.height).toBeCloseTo(first!.y)
    expect(third!.height).toBeCloseTo(2 * first!.height)
    expect(chart.lines.at(-1)!.bytes).toBe(4 * GB)
    expect(trafficChart([]).bars).toEqual([])
  })
})
