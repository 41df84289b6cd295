import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { initialValues } from '../../src/plans/catalogue.ts'
import { resellers } from '../../src/plans/schema.ts'
import { unsyncedResellers } from '../../src/subscriptions/unsynced-resellers.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
beforeAll(async () => {
  people = await cast(db())
  await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

// P-42, P-38: a smaller reseller plan takes nothing away, and says so where resellers are listed
test('the list marks who has sold more than its plan has', async () => {
  const ids = [people.rita.account.id, people.rolf.account.id]
  const ada = await web.as(people.ada)
  const mark = `href="/customers/${ids[0]}/ledger"`
  expect(await unsyncedResellers(db(), ids)).toEqual(new Set())
  expect(await ada.read('/customers')).not.toContain(mark)

  const values = { ...initialValues('reseller'), disk: 5 }
  await db().update(resellers).set({ values }).where(eq(resellers.accountId, ids[0]!))
  expect(await unsyncedResellers(db(), ids)).toEqual(new Set([ids[0]]))
  const text = await ada.read('/customers')
  expect(text).toMatch(new RegExp(`${mark}>[^<]*<[^>]*>[^<]*Unsynced`))
  expect(await unsyncedResellers(db(), [])).toEqual(new Set())
})
