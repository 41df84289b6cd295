import { beforeAll, expect, test } from 'vitest'
import { ownDatabase } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'
import { type Entry, matrix } from './matrix.ts'
import { makeWorld, type World } from './world.ts'

const db = ownDatabase()
const web = webApp(db)
let people: World
beforeAll(async () => {
  people = await makeWorld(db())
})

const routes = () =>
  new Set(
    web
      .app()
      // The API has a matrix of its own: nobody comes there by a session.
      .routes.filter(({ method, path }) => method !== 'ALL' && !path.startsWith('/api/v1/'))
      .map(({ method, path }) => `${method} ${path.replace(/\{[^}]*\}+/g, '')}`),
  )

// F-109
test('every route says who may use it, and every entry is a route', () => {
  expect(Object.keys(matrix).toSorted()).toEqual([...routes()].toSorted())
})

const visitors = {
  anon: async () => web.stranger(),
  cato: () => web.as(people.cato),
  rita: () => web.as(people.rita),
  rolf: () => web.as(people.rolf),
  ada: () => web.as(people.ada),
}
type Name = keyof typeof visitors

test.each(Object.entries(matrix))('%s', async (route, entry) => {
  const got: Partial<Record<Name, number>> = {}
  for (const name of Object.keys(visitors) as Name[]) {
    got[name] = await statusFor(await visitors[name](), route, entry)
  }

  const { anon = 303, cato, rita, rolf, ada } = entry
  expect(got).toEqual({ anon, cato, rita, rolf, ada })
})

// F-86: a form sent by htmx is judged like a plain one.
test.each(Object.entries(matrix).filter(([route, entry]) => refusesAll(route, entry)))(
  '%s by htmx',
  async (route, entry) => {
    for (const name of ['cato', 'rita', 'rolf', 'ada'] as const) {
      const visitor = await visitors[name]()
      const answer = await visitor.post(addressOf(route, entry), entry.fields, partial)
      expect([name, answer.status]).toEqual([name, entry[name]])
    }
  },
)

/** Those that do nothing, so that the second time is like the first. */
function refusesAll(route: string, { cato, rita, rolf, ada }: Entry): boolean {
  return route.startsWith('POST') && Math.min(cato, rita, rolf, ada) >= 400
}

async function statusFor(visitor: Visitor, route: string, entry: Entry): Promise<number> {
  const address = addressOf(route, entry)
  const { get, post } = visitor
  const answer = route.startsWith('GET') ? get(address) : post(address, entry.fields)
  return (await answer).status
}

const addressOf = (route: string, { at }: Entry) => at?.(people) ?? route.split(' ')[1]!
