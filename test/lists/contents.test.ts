import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { aHost, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'
import { manyContents, manyCustomers } from './many.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let [ada, rita, customer] = [] as unknown as [Visitor, Visitor, Visitor]
/** one of Rita's, by the names of what it has */
let user: string

beforeAll(async () => {
  people = await cast(db())
  await manyCustomers(db(), people, 120)
  await manyContents(db())
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  const [one] = await db().execute<{ login: number; user: string }>(sql`
    select logins.id::integer as login, "system_user" as user from subscriptions
    join accounts on accounts.id = account_id join logins on logins.account_id = accounts.id
    where provider_id = ${people.rita.account.id} order by subscriptions.id limit 1`)
  user = one!.user
  customer = await web.as({ login: { id: one!.login } as Cast['cato']['login'] })
})

const lists = [
  '/domains',
  '/forwardings',
  '/mailboxes',
  '/mailing-lists',
  '/ftp-logins',
  '/databases',
]

async function names(visitor: Visitor, path: string): Promise<string[]> {
  const text = await visitor.read(path)
  return path.includes('.csv')
    ? text
        .slice(1)
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]!)
    : [...text.matchAll(/<th scope="row">.*?<a href="[^"]+">([^<]+)<\/a>/gs)].map(
        ([, name]) => name!,
      )
}

describe.each(lists)('%s', (list) => {
  // F-110, F-113
  test('shows everybody theirs and counts no others', async () => {
    expect(await ada.read(list)).toMatch(/role="status">240 /)
    expect(await rita.read(list)).toMatch(/role="status">120 /)
    expect(await customer.read(list)).toMatch(/role="status">1 /)
    expect(await names(rita, `${list}?provider=${people.rolf.account.id}`)).toEqual([])
    expect(await names(rita, `${list}.csv`)).toHaveLength(120)
  })

  test('is searched by what belongs to it, in the page, the part and the file alike', async () => {
    const found = await names(ada, `${list}?q=${user}`)
    expect(found.length).toBeGreaterThan(0)
    expect(await names(ada, `${list}.csv?q=${user}`)).toEqual(found)
    const part = await ada.get(`${list}?q=${user}&nonsense=1`, partial)
    expect(part.headers.get('hx-push-url')).toBe(`${list}?q=${user}`)
    expect((await part.text()).trim()).toMatch(/^<div id="list">/)
  })

  test('is filtered by whose and where it is', async () => {
    const empty = await aHost(db(), `empty for ${list}`)
    expect(await names(ada, `${list}?host=${empty.id}`)).toEqual([])
    expect(await ada.read(`${list}?provider=${people.rita.account.id}`)).toContain('>120 ')
    expect(await ada.read(`${list}?plan=${people.rolfsGold.id}`)).toContain('>120 ')
    expect(await ada.read(`${list}?status=suspended`)).toContain('>24 ')
  })

  // F-39
  test.each(['customer', '-user', '-created'])('sorted by %s, shows each once', async (sort) => {
    const shown: string[] = []
    for (let path: string | undefined = `${list}?sort=${sort}`; path; ) {
      const page: string = await rita.read(path)
      shown.push(
        ...[...page.matchAll(/<th scope="row">(?:<div[^>]*>)?<a href="([^"]+)"/g)].map(
          ([, to]) => to!,
        ),
      )
      path = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(shown).toHaveLength(120)
    expect(new Set(shown).size).toBe(120)
  })

  // P-3
  test('leads to the customer, the provider, the subscription and the host', async () => {
    const column = ['subscription', 'customer', 'provider', 'plan', 'host']
    await ada.post('/columns', { list, query: '', column })
    const page = await ada.read(list)
    for (const link of ['/customers/', '/hosts/', `/customers/${people.rita.account.id}"`]) {
      expect(page).toContain(`"${link}`.replace('""', '"'))
    }
    // Who a customer is, it knows.
    const own = /<thead>.*<\/thead>/s.exec(await customer.read(list))![0]
    for (const column of ['Customer', 'Provider', 'Host']) expect(own).not.toContain(`>${column}<`)
  })
})
