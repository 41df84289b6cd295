import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { measured, subscriptions, suspensions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'
import { manyCustomers } from './many.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let [ada, rita, cato] = [] as unknown as [Visitor, Visitor, Visitor]

beforeAll(async () => {
  people = await cast(db())
  await aSubscription(
    db(),
    people.cato.account,
    people.host,
    people.ritasGold,
    'xn--bcher-kva.test',
  )
  await aSubscription(db(), people.cleo.account, people.host, null, 'cleos.test', { locked: true })
  await manyCustomers(db(), people, 1200)
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  cato = await web.as(people.cato)
})

/** The names in the first column of the table, or of the file. */
async function names(visitor: Visitor, path: string): Promise<string[]> {
  const text = await visitor.read(path)
  if (path.includes('.csv'))
    return text
      .slice(1)
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0]!)
  return [...text.matchAll(/<th scope="row">.*?<a href="[^"]+">([^<]+)<\/a>/gs)].map(
    ([, name]) => name!,
  )
}

describe('tenancy', () => {
  // F-110, F-113
  test.each([
    '/customers?q=cle',
    '/customers.csv?q=cle',
    '/subscriptions?q=cleo',
    '/subscriptions.csv?q=cleo',
  ])('%s says nothing of a stranger’s things', async (path) => {
    expect(await names(ada, path)).not.toEqual([])
    expect(await names(rita, path)).toEqual([])
    expect(await rita.read(path)).not.toContain('More than')
  })

  test('a count is of what one may see', async () => {
    expect(await ada.read('/customers?q=abel')).toContain('600 accounts')
    expect(await rita.read('/customers?q=abel')).toContain('300 accounts')
    expect(await rita.read('/customers?q=bauer&kind=customer')).toContain('300 accounts')
    expect(await ada.read('/customers')).toContain('More than 1,000 accounts')
    expect(await cato.read('/subscriptions')).toContain('1 subscription<')
  })

  test('a stranger’s account as a filter finds nothing and is not named', async () => {
    const page = await rita.read(`/subscriptions?account=${people.cleo.account.id}`)
    expect(page).toContain('No subscription matches')
    expect(page).not.toContain('Cleo')
    expect(await rita.read(`/customers?provider=${people.rolf.account.id}`)).not.toContain('Rolf')
  })

  test('the search box finds what one may see', async () => {
    expect(await rita.read('/search?q=cle')).toContain('Nothing of that name')
    expect(await cato.read('/search?q=gold')).toContain('Nothing of that name')
    expect(await cato.read('/search?q=rita')).toContain('Nothing of that name')
    expect((await rita.get(`/search?q=${people.cleo.account.id}`)).status).toBe(200)
    expect(await rita.read('/search?q=sandbox')).toContain('Nothing of that name')
  })
})

describe('what is found', () => {
  test.each([
    ['by part of a name', 'q=cat', 'Cato'],
    ['by its domain, as people write it', `q=${encodeURIComponent('bücher.test')}`, 'Cato'],
    ['by its e-mail', 'q=cato@example', 'Cato'],
    ['in capitals', 'q=CATO', 'Cato'],
    ['by its provider', 'q=cato&provider=:rita', 'Cato'],
    ['by its plan', 'q=cato&plan=:plan', 'Cato'],
    ['by its host', 'q=cato&host=:host', 'Cato'],
  ])('%s', async (_, query, name) => {
    const { rita, ritasGold, host } = people
    const asked = query
      .replace(':rita', String(rita.account.id))
      .replace(':plan', String(ritasGold.id))
      .replace(':host', String(host.id))
    expect(await names(ada, `/customers?${asked}`)).toEqual([name])
  })

  test('by number', async () => {
    const { id } = people.cato.account
    expect(await names(ada, `/customers?q=${id}&sort=id`)).toContain('Cato')
    expect(await names(ada, '/customers?q=99999999')).toEqual([])
  })

  // S-61, S-66: what was measured against what is allowed, whatever is done about it
  test('over its limit', async () => {
    const { cato, host } = people
    const [GB, TB] = [1024 ** 3, 1024 ** 4]
    const shop = await aSubscription(db(), cato.account, host, null, 'full.test')
    const over = async () => [
      ...(await names(ada, '/customers?over=yes')),
      ...(await names(rita, '/subscriptions?over=yes')),
    ]
    await db().insert(measured).values({ subscriptionId: shop.id, disk: 1, traffic: 1 })
    expect(await over()).toEqual([])
    await db()
      .update(measured)
      .set({ disk: 2 * GB })
    expect(await over()).toEqual(['Cato', 'full.test'])
    const given = (values: Partial<Values>) =>
      db()
        .update(subscriptions)
        .set({ values: { ...shop.values, ...values } })
        .where(eq(subscriptions.id, shop.id))
    await given({ disk: 3 * GB })
    expect(await over()).toEqual([])
    await given({ disk: 'unlimited', traffic: GB })
    expect(await over()).toEqual([])
    await db().update(measured).set({ traffic: TB })
    expect(await over()).toEqual(['Cato', 'full.test'])
  })

  //
  test('suspended for being over its limit, which is not the same', async () => {
    const shop = await aSubscription(db(), people.cato.account, people.host, null, 'off.test')
    await db()
      .insert(suspensions)
      .values({ subscriptionId: shop.id, reason: 'over limit', authorName: 'x' })
    expect(await names(ada, '/customers?over=suspended')).toEqual(['Cato'])
    expect(await names(ada, '/subscriptions?over=suspended')).toEqual(['off.test'])
  })

  // F-1
  test('by a part of what people read', async () => {
    const q = encodeURIComponent('büch')
    expect(await names(ada, `/customers?q=${q}`)).toEqual(['Cato'])
    expect(await names(ada, `/subscriptions?q=${q}`)).toEqual(['bücher.test (xn--bcher-kva.test)'])
    expect(await ada.read(`/search?q=${q}`)).toContain('>bücher.test (xn--')
  })

  test('by the day it was made, in the reader’s time zone', async () => {
    const made = (moment: string) =>
      db()
        .update(accounts)
        .set({ createdAt: new Date(moment) })
        .where(eq(accounts.id, people.cleo.account.id))
    await made('2020-05-01T23:30:00Z')
    expect(await names(ada, '/customers?from=2020-05-01&to=2020-05-01')).toEqual(['Cleo'])
    await db()
      .update(accounts)
      .set({ timeZone: 'Europe/Rome' })
      .where(eq(accounts.id, people.ada.account.id))
    expect(await names(ada, '/customers?from=2020-05-01&to=2020-05-01')).toEqual([])
    expect(await names(ada, '/customers?from=2020-05-02&to=2020-05-02')).toEqual(['Cleo'])
    expect(await names(ada, '/customers?from=yesterday&q=cleo')).toEqual(['Cleo'])
  })

  test('by its state', async () => {
    expect(await names(ada, '/subscriptions?sync=locked')).toEqual(['cleos.test'])
    expect(await names(ada, '/customers?q=cleo&status=active')).toEqual(['Cleo'])
    expect(await names(ada, '/customers?q=cleo&status=trash')).toEqual([])
    await db()
      .update(accounts)
      .set({ trashedUntil: new Date() })
      .where(eq(accounts.id, people.cleo.account.id))
    expect(await names(ada, '/customers?status=trash')).toEqual(['Cleo'])
    await db()
      .update(accounts)
      .set({ trashedUntil: null })
      .where(eq(accounts.id, people.cleo.account.id))
  })

  test('what is renamed is found by its new name', async () => {
    const rename = (name: string) =>
      db().update(accounts).set({ name }).where(eq(accounts.id, people.cato.account.id))
    await rename('Quintus')
    expect(await names(ada, '/customers?q=quint')).toEqual(['Quintus'])
    await rename('Cato')
  })
})

// F-39
test.each(['login', '-login', 'company', '-created', 'name', '-id'])(
  'sorted by %s, page after page shows each once',
  async (sort) => {
    const ids: string[] = []
    for (let path: string | undefined = `/customers?q=duarte&kind=customer&sort=${sort}`; path; ) {
      const page: string = await rita.read(path)
      ids.push(
        ...[...page.matchAll(/<th scope="row">.*?"\/customers\/(\d+)"/gs)].map(([, id]) => id!),
      )
      path = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(ids).toHaveLength(300)
    expect(new Set(ids).size).toBe(300)
  },
)

describe('the file', () => {
  test('has all that the filters match, and no more', async () => {
    const found = await names(rita, '/customers.csv?kind=customer&sort=-login')
    expect(found).toHaveLength(1201)
    expect(new Set(found).size).toBe(1201)
    expect(await names(rita, '/customers.csv?q=nobody')).toEqual([])
  })

  test('is told as a file of its own name, with the mark spreadsheets need', async () => {
    // F-67
    const answer = await rita.get('/customers.csv?q=cato')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="customers-[\d-]+\.csv"$/,
    )
    expect([...new Uint8Array(await answer.arrayBuffer()).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  })

  test('never has a formula, and everything else as it is', async () => {
    // F-23, F-68
    const odd = [
      `=cmd|'/c calc'!A0`,
      '+1',
      '-2',
      '@SUM(A1)',
      `O'Brien, "Q"`,
      '<b>{{7*7}}</b>',
      'Ünïcode 🎉',
    ]
    for (const name of odd) {
      await db()
        .update(accounts)
        .set({ company: name })
        .where(eq(accounts.id, people.cato.account.id))
      const line = (await rita.read('/customers.csv?q=cato')).split('\r\n')[1]!
      const risky = /^[=+\-@]/.test(name) ? `'${name}` : name
      const cell = /[",]/.test(risky) ? `"${risky.replaceAll('"', '""')}"` : risky
      expect(line).toContain(`,${cell},`)
    }
  })

  test('has descriptions for those only who may read them', async () => {
    // P-9, P-10
    await db()
      .update(accounts)
      .set({ description: 'about Rita' })
      .where(eq(accounts.id, people.rita.account.id))
    expect(await ada.read('/customers.csv?q=rita')).toContain('about Rita')
    expect(await rita.read('/customers.csv?q=rita')).not.toContain('about Rita')
  })
})

describe('with htmx', () => {
  test('only the table comes, and the address says what it shows', async () => {
    const answer = await rita.get('/customers?q=cato&status=&evil=1', partial)
    expect(answer.headers.get('hx-push-url')).toBe('/customers?q=cato')
    expect((await answer.text()).trim()).toMatch(/^<div id="list">/)
  })
})

describe('columns', () => {
  const choose = (fields: Record<string, string | string[]>) =>
    rita.post('/columns', { list: '/customers', query: 'q=cato&sort=-id', ...fields })

  test('are remembered by login, and only for that list', async () => {
    const answer = await choose({ column: ['email', 'status', 'nonsense'] })
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/customers?q=cato&sort=-id',
    ])
    const again = await web.as(people.rita)
    const head = (await again.read('/customers')).split('<tbody>')[0]!
    expect(head).toContain('E-mail')
    expect(head).not.toContain('Company')
    expect((await ada.read('/customers')).split('<tbody>')[0]).toContain('Company')
    expect((await rita.read('/subscriptions')).split('<tbody>')[0]).toContain('Customer')
  })

  test.each(['?sort=id', '?q=cato', '?status=active&sort=id'])(
    'show what they are called after: %s',
    async (asked) => {
      const { account } = people.cato
      await db().update(accounts).set({ phone: '+49 30 123' }).where(eq(accounts.id, account.id))
      const cells = async (list: string, asked: string, ...column: string[]) => {
        await rita.post('/columns', { list, query: '', column })
        return (await rita.read(`${list}${asked}`)).split('<tbody>')[1]!
      }
      const all = await cells('/customers', asked, 'email', 'phone', 'created')
      for (const value of [account.email, '+49 30 123', account.createdAt.toISOString()])
        expect(all).toContain(value)
      const few = await cells('/customers', asked, 'email')
      expect(few).toContain(account.email)
      expect(few).not.toContain('+49 30 123')
      expect(await cells('/subscriptions', '', 'created')).toMatch(/<time datetime="20\d\d-/)
      for (const list of ['/customers', '/subscriptions'])
        await rita.post('/columns', { list, query: '', usual: 'on' })
    },
  )

  test('none is none, and the usual ones come back', async () => {
    await choose({})
    expect((await rita.read('/customers')).split('<tbody>')[0]).not.toContain('E-mail')
    await choose({ usual: 'on' })
    expect((await rita.read('/customers')).split('<tbody>')[0]).toContain('Company')
  })

  // F-105
  test.each(['//evil.test', 'https://evil.test', '/\\evil', '/customers\r\nX: y', '/customers?x'])(
    'the list %s is refused',
    async (list) => {
      expect((await choose({ list })).status).toBe(400)
    },
  )
})

describe.each(['/customers', '/subscriptions'])('the panel of %s', (list) => {
  const offered = async (who: typeof rita, name: string, query = '') => {
    const page = await who.read(`${list}${query}`)
    const [, options] =
      new RegExp(`<select[^>]* name="${name}">(.*?)</select>`, 's').exec(page) ?? []
    return (
      options &&
      [...options.matchAll(/<option value="\d+"[^>]*>([^<]*)</g)].map(([, label]) => label)
    )
  }

  test('offers what its reader sells, and to admins everything', async () => {
    expect(await offered(rita, 'plan')).toEqual(['Gold'])
    expect(await offered(rita, 'provider')).toBeUndefined()
    expect(await offered(rita, 'host')).toBeUndefined()
    expect(await offered(ada, 'plan')).toEqual(
      expect.arrayContaining(['Gold · Rita', 'Gold · Rolf']),
    )
    expect(await offered(ada, 'provider')).toEqual(expect.arrayContaining(['Ada', 'Rita', 'Rolf']))
    expect(await offered(ada, 'host')).toContain('sandbox')
  })

  test('offers first whom its address names', async () => {
    const { id, name } = people.rolf.account
    expect((await offered(ada, 'provider', `?provider=${id}`))![0]).toBe(name)
    expect((await offered(ada, 'provider', '?provider=x'))![0]).not.toBe(name)
  })
})

describe('the search box', () => {
  test('leads straight to what is called exactly so', async () => {
    const at = async (q: string) =>
      (await ada.get(`/search?q=${encodeURIComponent(q)}`)).headers.get('location')
    expect(await at('cleos.test')).toMatch(/^\/subscriptions\/\d+$/)
    expect(await at('bücher.test')).toMatch(/^\/subscriptions\/\d+$/)
    expect(await at('CLEO')).toBe(`/customers/${people.cleo.account.id}`)
    expect(await at('sandbox')).toBe(`/hosts/${people.host.id}`)
    expect(await at('gold')).toBeNull()
    expect(await at('%')).toBeNull()
  })

  test('shows the others by kind, with a link to all of them', async () => {
    const page = await ada.read('/search?q=cle')
    expect(page).toContain('>Cleo<')
    expect(page).toContain('>cleos.test<')
    expect(page).toContain('href="/customers?q=cle"')
  })
})

// F-40
test.each(['/customers', '/subscriptions', '/audit', '/search', '/customers.csv'])(
  '%s: a search of a megabyte is refused, and a riddle is a text like any other',
  async (path) => {
    expect((await ada.get(`${path}?q=${'a'.repeat(1_000_000)}`)).status).toBe(400)
    expect((await ada.get(`${path}?q=${encodeURIComponent('(a+)+$%_\\')}`)).status).toBe(200)
  },
)

test('a list keeps the name of the panel on top', async () => {
  for (const path of ['/customers', '/subscriptions', '/jobs', '/audit']) {
    expect(await ada.read(path)).toContain('· Innkeeper</title>')
  }
})
