import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { program, tokenOf } from '../api/client.ts'
import { matrix as endpoints } from '../api/matrix.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { matrix as routes } from '../web/matrix.ts'
import { rowsRead, statements } from './asked.ts'
import { growAll, type Much, muchWorld } from './much.ts'

// No page's queries grow with the table: every GET of the panel and of its API, from the tables that say
// who gets what. No route is without an entry there, so none is forgotten here.

/** What is about all that there is of something, by its route: it reads more when its reader has more. */
const aboutAll: Record<string, string> = {
  ...because('R-23: the largest of all that were sold come first', [
    'GET /customers/:id/ledger/:property',
  ]),
  ...because('F-84: who confirms it has seen all that goes', [
    'GET /customers/:id/removal',
    'GET /customers/:id/conversion',
  ]),
  ...because('how far all of it is, of as many as somebody chose', [
    'GET /batches/:id',
    'GET /batches/:id/undo',
    'GET /api/v1/batches/{id}',
    'GET /customers/bulk/:selection',
    'GET /subscriptions/bulk/:selection',
  ]),
}

const db = ownDatabase(1)
const web = webApp(db)
const readers = ['ada', 'rita', 'cato'] as const
type Reader = (typeof readers)[number]
let world: Much
let pages: Page[]
beforeAll(async () => {
  world = await muchWorld(db())
  // More than anybody counts: so many are counted whatever comes.
  await growAll(db(), world, 1100)
  pages = (await Promise.all(readers.map(pagesOf))).flat()
}, 120_000)
afterAll(() => void vi.useRealTimers())

test('no page reads more because there is more', { timeout: 240_000 }, async () => {
  const before = await readAll(pages)
  await growAll(db(), world, 1100)
  const after = await readAll(pages)
  expect(grown(before, new Map([...after].filter(([page]) => !isExcused(page))))).toEqual([])

  // An excuse that nobody needs any more would hide what comes.
  const needed = [...after.keys()].filter((page) => isMore(before.get(page)!, after.get(page)!))
  const keys = new Set(needed.flatMap(keysOf))
  expect(Object.keys(aboutAll).filter((key) => !keys.has(key))).toEqual([])
})

interface Page {
  who: Reader
  /** `GET /customers/:id` */
  route: string
  path: string
  ask: () => Promise<{ status: number }>
}

async function pagesOf(who: Reader): Promise<Page[]> {
  const visitor = await web.as(world[who])
  const api = program(web.app(), await tokenOf(db(), world[who]))
  const get = async (path: string) => {
    const answer = await visitor.get(path)
    await answer.text()
    return answer
  }
  const addresses = (table: typeof routes | typeof endpoints) =>
    Object.entries(table)
      .filter(
        ([route, entry]) => route.startsWith('GET ') && !isFile(route) && isAnswered(entry[who]),
      )
      .map(([route, { at }]) => ({ route, path: at?.(world) ?? route.slice('GET '.length) }))
  return [
    ...addresses(routes)
      .flatMap(({ route, path }) => likewise(who, path).map((path) => ({ route, path })))
      .concat(searches.map((path) => ({ route: 'GET a search', path })))
      .map((page) => ({ ...page, who, ask: () => get(page.path) })),
    ...addresses(endpoints).map(({ route, path }) => ({
      ...{ who, route: route.replace(' ', ' /api/v1'), path: `/api/v1${path}` },
      ask: () => api.get(path),
    })),
  ]
}

/** Of everything, by who asks for it: it is sent as it is read. */
const isFile = (route: string) => /\.csv$|:file$/.test(route)

/** Not sent elsewhere, nor told that there is nothing; a conflict is told by the same page. */
const isAnswered = (status: number) => status === 200 || status === 409

/** The same page about others of whom there is more. */
function likewise(who: Reader, path: string): string[] {
  const { cato, rita, big, ritasGold, addOn, dealer } = world
  const instead = (list: string, id: number, others: number[]) =>
    new RegExp(`^/${list}/${id}(/|$)`).test(path)
      ? others.map((other) => path.replace(`/${id}`, `/${other}`))
      : []
  const others = who === 'cato' ? [] : [rita.account.id, big.account.id]
  return [
    path,
    ...instead('customers', cato.account.id, others),
    ...instead('plans', ritasGold.id, [addOn.id, dealer.id]),
  ]
}

/** Lists that somebody narrowed. */
const searches = [
  ...['/search?q=cato', '/search?q=test', '/customers?q=cato', '/customers?plan=1'],
  ...['/customers?kind=reseller', '/customers?sort=-created'],
  ...['/subscriptions?q=shop', '/subscriptions?sort=-domain'],
  ...[
    '/databases?q=shop',
    '/mailboxes?q=info',
    '/mailboxes?q=test',
    '/domains?q=test',
    '/audit?kind=account',
    '/outbox?state=failed',
  ],
  ...['/conflicts?by=plan', '/conflicts?by=host', '/conflicts?by=property&group=https'],
]

type Found = Map<Page, { rows: number; statements: number }>

async function readAll(some: Page[]): Promise<Found> {
  const known = new Map<string, number>()
  const found: Found = new Map()
  for (const page of some) {
    hoursLater()
    let status = 0
    const asked = await statements(db(), async () => {
      status = (await page.ask()).status
    })
    expect(status, page.path).toBeLessThan(500)
    found.set(page, { rows: await rowsRead(db(), asked, known), statements: asked.length })
  }
  return found
}

let hours = 0

/** Nothing is known any more of what was counted before. */
function hoursLater() {
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.advanceTimersByTime(++hours * 3_600_000)
}

type Read = { rows: number; statements: number }

/** A page more of its own is no growth, nor that a table of few was hashed. */
const isMore = (before: Read, after: Read) =>
  after.rows > before.rows * 1.1 + 100 || after.statements > before.statements + 2

const grown = (before: Found, after: Found): string[] =>
  [...after]
    .filter(([page, read]) => isMore(before.get(page)!, read))
    .map(([page, read]) => {
      const was = before.get(page)!
      return `${page.who} ${page.path}: ${was.rows} → ${read.rows} rows, ${was.statements} → ${read.statements} statements`
    })

const keysOf = ({ who, route }: Page) => [route, `${who} ${route}`]

const isExcused = (page: Page) => keysOf(page).some((key) => Object.hasOwn(aboutAll, key))

function because(reason: string, keys: string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, reason]))
}
