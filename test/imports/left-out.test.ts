import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { resellers } from '../../src/plans/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aHost, aSubscription, type Cast, cast, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { anna, confirmed, csvOf, header, leftIn, two, upload, uploaded } from './file.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let ada: Visitor
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['settings', 'attempts'])
  people = await cast(db())
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})

describe('what is left out is told by line', () => {
  test('by the rules of the form for a new customer', async () => {
    const lines = [
      ['', 'x@example.org', 'x', '', ''],
      ['Y', 'nobody', 'y', '', ''],
      ['Root', 'r@example.org', 'root', '', ''],
      ['Odd', 'o@example.org', 'A$', '', ''],
      ['IP', 'i@example.org', 'ip', '127.1', 'gold'],
      ['No plan', 'n@example.org', 'np', 'np.test', ''],
      ['No domain', 'd@example.org', 'nd', '', 'gold'],
      ['Cut', 'c@example.org'],
      ['Fine', 'f@example.org', 'fine', 'FINE.test.', 'gold'],
    ]
    const address = await uploaded(rita, csvOf(header, ...lines))

    expect(await leftIn(rita, address)).toEqual({
      2: 'Name: Required',
      3: 'E-mail: Give an e-mail address such as name@example.org.',
      4: 'User name: This user name is reserved.',
      5: expect.stringContaining('User name: A user name starts with a letter'),
      6: expect.stringContaining('Domain: This is an IP address.'),
      7: 'It names a domain, but no plan.',
      8: 'It names a plan, but no domain.',
      9: 'It has 2 fields, but the first line names 5 columns.',
    })
    const receipt = (await confirmed(rita, address)).headers.get('location')!
    expect(await db().select().from(subscriptions)).toMatchObject([{ domain: 'fine.test' }])
    // The report stays, with a line for each.
    const page = await rita.read(`${receipt}?state=left`)
    expect(page).toContain('Line 5: User name: A user name starts with a letter')
    expect(page).toContain('8 Left out')
    expect(Object.keys(await leftIn(rita, address)).length).toBe(8)
  })

  test('what is in the file twice, and what lies below another line’s domain', async () => {
    const lines = [
      anna,
      ['Anton', 'anton@example.org', 'anna', '', ''],
      ['Berta', 'b@example.org', 'berta', 'Anna-Shop.test.', 'gold'],
      ['Carl', 'c@example.org', 'carl', 'blog.anna-shop.test', 'gold'],
    ]
    expect(await leftIn(rita, await uploaded(rita, csvOf(header, ...lines)))).toEqual({
      3: 'Line 2 has the same user name.',
      4: 'Line 2 has the same domain.',
      5: expect.stringContaining('This name lies below anna-shop.test of line 2.'),
    })
  })

  test('names of others, and nothing is said of whose they are (F-113)', async () => {
    for (const domain of ['cleo.test', 'cleo2.test']) {
      await aSubscription(db(), people.cleo.account, people.host, people.rolfsGold, domain)
    }
    const lines = [
      ['A', 'a@example.org', 'cleo', '', ''],
      ['B', 'b@example.org', 'b1', 'cleo.test', 'gold'],
      ['C', 'c@example.org', 'c1', 'blog.cleo2.test', 'gold'],
      ['D', 'd@example.org', 'd1', 'panel.test', 'gold'],
    ]
    await aHost(db(), 'panel', { address: 'panel.test' })
    const file = csvOf(header, ...lines)
    const told = await leftIn(rita, await uploaded(rita, file))
    expect(told).toEqual({
      2: 'User name: This user name is already in use.',
      3: 'Domain: This domain is already in use.',
      4: 'Domain: This name belongs to a domain that is already in use.',
      5: 'Domain: This name is reserved.',
    })
    expect(JSON.stringify(told)).not.toMatch(/Cleo|Rolf/)
    const page = await rita.read(await uploaded(rita, file))
    expect(page).not.toMatch(/Cleo|Rolf/)
  })

  test('plans and hosts of others like those that are not there (F-66, F-114)', async () => {
    const [planned] = await db().execute<{ id: string }>(
      sql`update plans set name = 'RolfsOwn' where id = ${people.rolfsGold.id} returning id`,
    )
    expect(Number(planned!.id)).toBe(people.rolfsGold.id)
    const wide = ['Name', 'E-mail', 'Domain', 'Plan', 'Host']
    const lines = [
      ['A', 'a@example.org', 'a.test', 'RolfsOwn', ''],
      ['B', 'b@example.org', 'b.test', 'Nowhere', ''],
      ['C', 'c@example.org', 'c.test', 'gold', people.host.name],
      ['D', 'd@example.org', 'd.test', 'gold', 'nohost'],
    ]
    expect(await leftIn(rita, await uploaded(rita, csvOf(wide, ...lines)))).toEqual({
      2: 'There is no plan “RolfsOwn” on offer.',
      3: 'There is no plan “Nowhere” on offer.',
      4: 'The host is chosen for you.',
      5: 'The host is chosen for you.',
    })
    expect((await upload(rita, two, { plan: String(people.rolfsGold.id) })).status).toBe(422)
    expect((await upload(rita, two, { plan: '999999' })).status).toBe(422)
  })

  test('what its reseller has no room for, line after line (R-23)', async () => {
    const values = { ...initialValues('reseller'), customers: 4, subscriptions: 2 }
    await db()
      .update(resellers)
      .set({ values })
      .where(eq(resellers.accountId, people.rita.account.id))
    await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'cato.test')
    const lines = ['a', 'b', 'c', 'd', 'e'].map((name, n) => [
      name,
      `${name}@example.org`,
      name,
      n < 2 ? `${name}-x.test` : '',
      n < 2 ? 'gold' : '',
    ])
    const address = await uploaded(rita, csvOf(header, ...lines))

    expect(await leftIn(rita, address)).toEqual({
      3: expect.stringContaining('Subscriptions: 1 wanted, but only 0 of 2 are left to sell.'),
      6: 'All 4 customers are made already. The reseller plan decides this.',
    })
    await confirmed(rita, address)
    expect(await db().$count(accounts, eq(accounts.providerId, people.rita.account.id))).toBe(4)
    expect(await db().$count(subscriptions)).toBe(2)
  })
})

test('whoever goes through a list of names is stopped; who sees everything is not (F-113)', async () => {
  const others = Array.from({ length: 41 }, (_, n) => `taken${n}`)
  for (const name of others) await someone(db(), 'customer', name, people.rolf.account.id)
  const file = csvOf(header, ...others.map((name) => [name, `${name}@example.org`, name, '', '']))

  const address = await uploaded(rita, file)
  for (const path of ['', '/left.csv']) expect((await rita.get(address + path)).status).toBe(429)
  expect((await ada.get(await uploaded(ada, file))).status).toBe(200)
  // One's own are no news.
  const rolf = await web.as(people.rolf)
  expect((await rolf.get(await uploaded(rolf, file))).status).toBe(200)
})

test('looking at the same names again is no further try', async () => {
  const names = Array.from({ length: 15 }, (_, n) => `taken${n}`)
  for (const name of names) await someone(db(), 'customer', name, people.rolf.account.id)
  const file = csvOf(header, ...names.map((name) => [name, `${name}@example.org`, name, '', '']))
  const address = await uploaded(rita, file)
  for (let n = 0; n < 5; n++) expect((await rita.get(address)).status).toBe(200)
})
