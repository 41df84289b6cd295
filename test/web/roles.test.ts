import { beforeAll, describe, expect, test } from 'vitest'
import { attempts } from '../../src/auth/schema.ts'
import { ownDatabase } from '../support/database.ts'
import { sessionIn, type Visitor, webApp } from '../support/web.ts'
import { type Entry, matrix } from './matrix.ts'
import { makeWorld, type World } from './world.ts'

const db = ownDatabase()
const web = webApp(db)
let people: World
beforeAll(async () => {
  people = await makeWorld(db())
})

/** Everybody's, whatever their role. */
const own = /^\/($|login|logout|password|healthz|assets|profile|columns|api)/
const mail =
  /^\/(subscriptions\/\d+\/)?(mail|mailboxes|mail-aliases|mailing-lists|mail-domains)([/.]|$)/
const routes = Object.entries(matrix)

// every route there is, so that a new one is closed to them until somebody says otherwise.
describe('a login that may only look', () => {
  test.each(routes)('%s', async (route, entry) => {
    const address = addressOf(route, entry)
    const status = await ask(await web.as(people.looker), route, entry)

    if (entry.looker) expect(status).toBe(entry.looker)
    else if (own.test(address)) expect(status).toBe(entry.rita)
    else if (route.startsWith('POST')) expect(status).toBe(403)
    else expect([entry.rita, 403]).toContain(status)
  })
})

describe('a login for mail', () => {
  test.each(routes)('%s', async (route, entry) => {
    const address = addressOf(route, entry)
    const theirs = own.test(address) || mail.test(address)
    const status = await ask(await web.as(people.clerk), route, entry)

    expect(status).toBe(entry.clerk ?? (theirs ? entry.cato : 404))
  })
})

// F-109, F-119
describe('who works as the reseller', () => {
  test.each(routes)('%s', async (route, entry) => {
    // So many entries at once are more than anybody may make.
    await db().delete(attempts)
    const ada = await web.as(people.ada)
    const entered = await ada.post(`/customers/${people.rita.account.id}/impersonation`)
    const status = await ask(web.with(sessionIn(entered)), route, entry)

    expect(status).toBe(entry.visitor ?? entry.rita)
  })
})

async function ask({ get, post }: Visitor, route: string, entry: Entry): Promise<number> {
  const address = addressOf(route, entry)
  const answer = route.startsWith('GET') ? get(address) : post(address, entry.fields)
  return (await answer).status
}

const addressOf = (route: string, { at }: Entry) => at?.(people) ?? route.split(' ')[1]!
