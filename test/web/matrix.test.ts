import { beforeAll, expect, test } from 'vitest'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
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
      .routes.filter(({ method }) => method !== 'ALL')
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

async function statusFor(visitor: Visitor, route: string, { at, fields }: Entry): Promise<number> {
  const [method, path] = route.split(' ')
  const address = at?.(people) ?? path!
  const answer = method === 'GET' ? visitor.get(address) : visitor.post(address, fields)
  return (await answer).status
}
