import { beforeAll, expect, test } from 'vitest'
import { subscriptionAddOns } from '../../src/subscriptions/schema.ts'
import { program, tokenOf } from '../api/client.ts'
import { manyCustomers } from '../lists/many.ts'
import { aPlan, aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
  await manyCustomers(db(), people, 1001)
})

const words = async (path: string) =>
  (await rita.read(path)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

// S-23
test('of a plan that very many have it is said that there are more than anybody counts', async () => {
  const { id } = people.ritasGold
  const api = program(web.app(), await tokenOf(db(), people.rita))

  expect(await rita.read('/plans')).toContain(
    `<a href="/subscriptions?plan=${id}">More than 1,000</a>`,
  )
  expect(await rita.read('/plans.csv')).toMatch(/,"More than 1,000"\r\n$/)
  expect(await words(`/plans/${id}`)).toContain('in use more than 1,000 times')
  expect(await words(`/plans/${id}/removal`)).toMatch(
    /More than 1,000 subscriptions have this plan, among them: .* and more than 950 more/,
  )
  expect((await api.get('/plans')).body.items[0].uses).toBe(1000)
  expect((await api.get(`/plans/${id}`)).body.uses).toBe(1000)
})

test('who has an add-on is counted and named, but for what is being taken off its host', async () => {
  const bonus = await aPlan(db(), people.rita.account, 'Bonus', {}, 'add-on')
  for (const removing of [false, false, true]) {
    const domain = `bonus${++count}.test`
    const { id: subscriptionId } = await aSubscription(
      ...([db(), people.cato.account, people.host, people.ritasGold, domain] as const),
      { removing },
    )
    await db().insert(subscriptionAddOns).values({ subscriptionId, planId: bonus.id })
  }
  const page = await words(`/plans/${bonus.id}/removal`)
  expect(page).toContain('2 subscriptions have this plan: bonus1.test Cato bonus2.test Cato')
  expect(page).not.toContain('bonus3.test')
})

let count = 0
