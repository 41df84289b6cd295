import { beforeAll, expect, test } from 'vitest'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { matrix } from './matrix.ts'
import { makeWorld, type World } from './world.ts'

const db = ownDatabase()
const web = webApp(db)
let people: World
beforeAll(async () => {
  people = await makeWorld(db())
})

test.each(['cato', 'rita', 'rolf', 'ada'] as const)('no page leads %s nowhere', async (name) => {
  const visitor = await web.as(people[name])
  const start = Object.entries(matrix)
    .filter(([route, entry]) => route.startsWith('GET ') && entry[name] === 200)
    .map(([route, { at }]) => at?.(people) ?? route.split(' ')[1]!)
  const dead: string[] = []
  const known = new Set(start)
  for (const page of start) {
    for (const link of await linksOn(visitor, page)) {
      if (known.has(link)) continue
      known.add(link)
      const { status } = await visitor.get(link)
      if (status >= 400) dead.push(`${page} leads to ${link}: ${status}`)
    }
  }
  expect(dead).toEqual([])
})

async function linksOn(visitor: Visitor, page: string): Promise<string[]> {
  const html = await visitor.read(page)
  return [...html.matchAll(/<a [^>]*?href="(\/[^"#]*)/g)]
    .map(([, address]) => address!.replaceAll('&amp;', '&'))
    .filter((address) => !address.startsWith('/assets/'))
}
