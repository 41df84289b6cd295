import { beforeAll, expect, test } from 'vitest'
import { enqueue } from '../../src/jobs/enqueue.ts'
import { applySubscription } from '../../src/subscriptions/jobs.ts'
import { aSubscription, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { type Entry, matrix, type World } from './matrix.ts'

const db = ownDatabase()
const web = webApp(db)
let people: World
beforeAll(async () => {
  people = await world()
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

async function world(): Promise<World> {
  const people = await cast(db())
  const { rita, cato, host, ritasGold } = people
  const shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  const job = await db().transaction((tx) =>
    enqueue(tx, rita.actor, {
      kind: applySubscription,
      payload: { subscriptionId: shop.id },
      hostId: host.id,
      accountId: cato.account.id,
      subscriptionId: shop.id,
    }),
  )
  return { ...people, shop, job }
}
