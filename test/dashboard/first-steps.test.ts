import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { firstSteps } from '../../src/dashboard/first-steps.ts'
import { plans } from '../../src/plans/schema.ts'
import { aPlan, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let ada: Someone
let rita: Someone
beforeAll(async () => {
  ada = await someone(db(), 'admin', 'ada', null)
  rita = await someone(db(), 'reseller', 'rita', ada.account.id)
})

test('the first step is a plan, whoever sells (S-2, S-7)', async () => {
  expect(await firstSteps(db(), ada.actor)).toMatchObject({ plan: false, host: false })
  expect(await firstSteps(db(), rita.actor)).toMatchObject({ plan: false, customer: false })
})

test('the first admin is asked where to write to', async () => {
  expect(await firstSteps(db(), ada.actor)).toMatchObject({ email: true })
  await db().update(accounts).set({ email: '' }).where(eq(accounts.id, ada.account.id))
  expect(await firstSteps(db(), ada.actor)).toMatchObject({ email: false })
})

test('a reseller who can sell a plan of the admin goes on to the first customer', async () => {
  await aPlan(db(), ada.account, 'Gold')
  expect(await firstSteps(db(), ada.actor)).toMatchObject({ plan: true, customer: true })
  expect(await firstSteps(db(), rita.actor)).toMatchObject({ plan: true, customer: false })

  await db().update(plans).set({ notForResellers: true })
  expect(await firstSteps(db(), rita.actor)).toMatchObject({ plan: false })

  await aPlan(db(), rita.account, 'Silver')
  await someone(db(), 'customer', 'cato', rita.account.id)
  expect(await firstSteps(db(), rita.actor)).toMatchObject({ plan: true, customer: true })
})
