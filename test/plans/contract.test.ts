import { desc, eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { capOf, giveContract, type Terms } from '../../src/plans/contract.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { aPlan, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
let round = 0
beforeEach(async () => {
  people ??= await cast(db())
  round += 1
})

const give = (who: keyof Pick<Cast, 'ada' | 'rita' | 'cato'>, to: number, terms: Terms) =>
  db().transaction((tx) => giveContract(tx, people[who].actor, to, terms))
const contractOf = async (accountId: number) =>
  (await db().select().from(resellers).where(eq(resellers.accountId, accountId)))[0]

test('a reseller is given a reseller plan and its values', async () => {
  // R-8, M-15
  const { ada, rita } = people
  const plan = await aPlan(db(), ada.account, `Big${round}`, { disk: 7, domains: 3 }, 'reseller')
  await give('ada', rita.account.id, { planId: plan.id })

  expect(await contractOf(rita.account.id)).toMatchObject({ planId: plan.id, values: plan.values })
  expect(await capOf(db(), rita.account.id)).toMatchObject({ disk: 7, domains: 3 })
  const [last] = await db().select().from(auditEntries).orderBy(desc(auditEntries.id)).limit(1)
  expect(last).toMatchObject({ action: 'reseller.contract_given', accountId: rita.account.id })
  expect(last!.changes).toMatchObject({ disk: { from: 'unlimited', to: 7 } })
})

test('or Custom: values of its own', async () => {
  const values = { ...initialValues('reseller'), disk: 9 }
  await give('ada', people.rita.account.id, { values })
  expect(await contractOf(people.rita.account.id)).toMatchObject({ planId: null, values })
})

test('a reseller without one has nothing to sell, an admin has no cap', async () => {
  const { ada, rolf } = people
  await db().delete(resellers).where(eq(resellers.accountId, rolf.account.id))
  expect(await capOf(db(), rolf.account.id)).toMatchObject({ disk: 0, shell: 'off', imap: false })
  expect(await capOf(db(), ada.account.id)).toBeNull()
})

test('only a reseller plan on offer can be given', async () => {
  const { ada, rita, adasGold, ritasGold } = people
  const hidden = await aPlan(db(), ada.account, `Hidden${round}`, {}, 'reseller')
  await db().update(plans).set({ hidden: true }).where(eq(plans.id, hidden.id))
  for (const plan of [adasGold, ritasGold, hidden, { id: 999_999 }]) {
    await expect(give('ada', rita.account.id, { planId: plan.id })).rejects.toThrow(Invalid)
  }
})

test('only resellers get one, and only an admin gives it', async () => {
  const { rita, cato } = people
  const terms = { values: initialValues('reseller') }
  await expect(give('ada', cato.account.id, terms)).rejects.toThrow(Conflict)
  await expect(give('ada', 999_999, terms)).rejects.toThrow(NotFound)
  await expect(give('rita', rita.account.id, terms)).rejects.toThrow(Forbidden)
  await expect(give('cato', cato.account.id, terms)).rejects.toThrow(Forbidden)
})
