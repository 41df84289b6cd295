import { beforeAll, expect, test, vi } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { matrix } from '../web/matrix.ts'
import { makeWorld, type World } from '../web/world.ts'

const unknown = vi.hoisted(() => new Set<string>())

/** German that remembers what it was asked and did not know. */
vi.mock('../../src/web/dictionaries.ts', async (original) => {
  const { dictionaries } = await original<typeof import('../../src/web/dictionaries.ts')>()
  const listening = new Proxy(dictionaries.de!, {
    get(target, sentence: string) {
      if (!Object.hasOwn(target, sentence)) unknown.add(sentence)
      return target[sentence]
    },
  })
  return { dictionaries: { ...dictionaries, de: listening } }
})

const db = ownDatabase()
const web = webApp(db)
let people: World
beforeAll(async () => {
  people = await makeWorld(db())
  await db().update(accounts).set({ language: 'de' })
})

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
