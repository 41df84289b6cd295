import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { systemActor } from '../../src/audit/actor.ts'
import { NotFound } from '../../src/errors.ts'
import { findPlan, mayMakePlans, offeredPlans } from '../../src/plans/access.ts'
import { plans } from '../../src/plans/schema.ts'
import { aPlan, type Cast, cast, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

test('an admin finds every plan, a reseller its own, a customer none', async () => {
  // P-2, F-110
  const { ada, rita, cato, adasGold, ritasGold, rolfsGold } = people
  for (const { id } of [adasGold, ritasGold, rolfsGold]) {
    expect(await findPlan(db(), ada.actor, id)).toMatchObject({ id })
  }
  expect(await findPlan(db(), rita.actor, ritasGold.id)).toMatchObject({ id: ritasGold.id })
  await expect(findPlan(db(), rita.actor, rolfsGold.id)).rejects.toThrow(NotFound)
  await expect(findPlan(db(), rita.actor, adasGold.id)).rejects.toThrow(NotFound)
  await expect(findPlan(db(), cato.actor, ritasGold.id)).rejects.toThrow(NotFound)
})

test('each sells its own by name, and what its admin lets it sell; all admins are one seller', async () => {
  // S-30
  const { ada, rita, ritasGold, adasGold } = people
  const anna = await someone(db(), 'admin', 'anna', null)
  const [annas, basic] = [
    await aPlan(db(), anna.account, 'Zinc'),
    await aPlan(db(), rita.account, 'basic'),
  ]
  await aPlan(db(), rita.account, 'Extra', {}, 'add-on')
  const old = await aPlan(db(), rita.account, 'Old')
  await db().update(plans).set({ hidden: true }).where(eq(plans.id, old.id))

  const offered = async (sellerId: number) =>
    (await offeredPlans(db(), sellerId)).map(({ id }) => id)
  expect(await offered(rita.account.id)).toEqual([basic.id, ritasGold.id, annas.id])
  await db().update(plans).set({ notForResellers: true }).where(eq(plans.id, annas.id))
  expect(await offered(rita.account.id)).toEqual([basic.id, ritasGold.id])
  expect(await offered(ada.account.id)).toEqual([adasGold.id, annas.id])
  expect(await offered(people.cato.account.id)).toEqual([])
  expect((await offeredPlans(db(), rita.account.id, 'add-on')).map(({ name }) => name)).toEqual([
    'Extra',
  ])
})

test('who sells makes plans, reseller plans only an admin', () => {
  const { ada, rita, cato } = people
  expect(mayMakePlans(ada.actor, 'reseller')).toBe(true)
  expect(mayMakePlans(rita.actor, 'reseller')).toBe(false)
  expect(mayMakePlans(rita.actor, 'add-on')).toBe(true)
  expect(mayMakePlans({ ...rita.actor, role: 'read' })).toBe(false)
  expect(mayMakePlans(cato.actor)).toBe(false)
  expect(mayMakePlans(systemActor('command line'))).toBe(true)
})
