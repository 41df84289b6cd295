import type { Response } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { newKeyPair } from '../../src/hosts/connection/key-pair.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { addKey } from '../../src/ssh-keys/keys.ts'
import { ownDatabase } from '../support/database.ts'
import { type Entry, matrix } from '../web/matrix.ts'
import { makeWorld, type World } from '../web/world.ts'
import { browserPanel, overflow } from './browser.ts'

const db = ownDatabase()
const panel = browserPanel(db)
let people: World
beforeAll(async () => {
  people = await makeWorld(db())
  // What only real hosts show, and the longest words there are.
  await db().update(hosts).set({ kind: 'ssh', address: 'a-host-of-many.hosts.provider.test' })
  await addKey(db(), people.cato.actor, people.shop.id, { name: '', key: newKeyPair().public })
  // A page that waits reloads itself, under the checker's hands.
  await db().update(jobs).set({ state: 'parked', reason: 'The host is full.' })
})

const looks = [
  { name: 'ada', width: 1280, dark: false },
  { name: 'rita', width: 390, dark: true },
  { name: 'cato', width: 390, dark: false },
  { name: 'ada', width: 1920, dark: true },
] as const

/** Every page the matrix lets somebody see; a browser keeps a file instead of showing it. */
const pagesFor = (name: 'ada' | 'rita' | 'cato') =>
  Object.entries(matrix).filter(
    ([route, entry]) =>
      route.startsWith('GET') && !addressOf(route, entry).endsWith('.csv') && entry[name] === 200,
  )

// Side by side, for each is one browser's work; it is the longest file and begins last.
test.concurrent.each(looks)(
  'every page is accessible, fits, and logs nothing, as $name at $width, dark $dark',
  { timeout: 600_000 },
  async (look) => {
    await using visit = await panel.open(look)
    const { page } = visit
    await visit.signIn(look.name)
    const found: Record<string, unknown> = {}

    for (const [route, entry] of pagesFor(look.name)) {
      const answer = await page.goto(addressOf(route, entry))
      const whole = await answer!.text()
      if (!whole.startsWith('<!doctype html>') || isMail(answer!)) continue
      await visit.shoot(`page${route.replaceAll(/[^a-z]+/g, '-')}`)
      const wrong = [...(await visit.violations()), ...(await wide(page))]
      if (wrong.length > 0) found[route] = wrong
    }
    expect(found).toEqual({})
  },
)

/** What somebody wrote, shown in a frame where no script runs, the checker's neither. */
const isMail = (answer: Response) =>
  answer.headers()['content-security-policy']?.includes('sandbox') ?? false

const addressOf = (route: string, { at }: Entry) => at?.(people) ?? route.split(' ')[1]!

async function wide(page: Parameters<typeof overflow>[0]): Promise<string[]> {
  const pixels = await overflow(page)
  return pixels > 0 ? [`is ${pixels} pixels too wide`] : []
}
