import { afterAll, beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { dictionaries } from '../../src/web/dictionaries.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { matrix } from '../web/matrix.ts'
import { makeWorld, type World } from '../web/world.ts'

/** What is not in it is looked for in its prototype, which remembers it. */
const unknown = new Set<string>()
const german = dictionaries.de!
const listener = new Proxy({}, { get: (_, sentence: string) => void unknown.add(sentence) })

const db = ownDatabase()
const web = webApp(db)
let people: World
beforeAll(async () => {
  people = await makeWorld(db())
  await db().update(accounts).set({ language: 'de' })
  Object.setPrototypeOf(german, listener)
})
afterAll(() => Object.setPrototypeOf(german, Object.prototype))

test('every page says all it says in the reader’s language', async () => {
  for (const [route, { at, fields }] of Object.entries(matrix).toSorted()) {
    const [method, path] = route.split(' ') as [string, string]
    for (const person of [people.ada, people.rita, people.cato]) {
      const visitor = await web.as(person)
      const address = at?.(people) ?? path
      await (method === 'GET' ? visitor.get(address) : visitor.post(address, fields))
    }
  }
  expect([...unknown].filter((text) => /[a-z]/.test(text))).toEqual([])
})
