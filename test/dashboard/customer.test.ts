import { beforeEach, expect, test } from 'vitest'
import { measured } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
})

const GB = 1024 ** 3

test('a customer sees how full each subscription is, and red where it is too full (S-61)', async () => {
  const plan = { ...people.ritasGold, values: { ...people.ritasGold.values, disk: GB } }
  const shop = await aSubscription(db(), people.cato.account, people.host, plan, 'shop.test')
  const cato = await web.as(people.cato)
  expect(await cato.read('/')).not.toContain('use-bar')

  await db()
    .insert(measured)
    .values({ subscriptionId: shop.id, disk: 2 * GB, traffic: 0 })
  const page = await cato.read('/')
  expect(page).toContain(`href="/subscriptions/${shop.id}/usage#storage"`)
  expect(page).toContain('Over limit: 200%')
  expect(page).toContain('aria-label="200% used"')
})
