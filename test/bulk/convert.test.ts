import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { undoPreview } from '../../src/bulk/undoing.ts'
import { Invalid, Stale } from '../../src/errors.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { GB } from '../../src/plans/property.ts'
import { plans, resellers } from '../../src/plans/schema.ts'
import { aPlan, aSubscription, type Cast, cast, type Someone, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { batchOf, doMany, lookAt, undoMany } from './doing.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let carl: Someone
let cora: Someone
let small: { id: number }
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  const { ada, host, adasGold } = people
  carl = await someone(db(), 'customer', 'carl', ada.account.id)
  cora = await someone(db(), 'customer', 'cora', ada.account.id)
  await aSubscription(db(), carl.account, host, adasGold, 'carl.test')
  await aSubscription(db(), carl.account, host, adasGold, 'carl2.test')
  await aSubscription(db(), cora.account, host, adasGold, 'cora.test')
  const values = { ...initialValues('reseller'), disk: GB, mailboxes: 10 }
  small = await aPlan(db(), ada.account, 'Small', values, 'reseller')
})

const both = () => [carl.account.id, cora.account.id]
const custom = { plan: null, each: [] }
const kindOf = async ({ account }: Someone) =>
  (await db().select().from(accounts).where(eq(accounts.id, account.id)))[0]!.kind
const contractOf = async ({ account }: Someone) =>
  (await db().select().from(resellers).where(eq(resellers.accountId, account.id)))[0]

test('Custom is the sum of what each has, and their sessions end', async () => {
  // P-22, P-24, R-18, F-92
  const visitor = await web.as(carl)
  const batchId = await doMany(db(), people.ada.actor, 'account', 'convert', both(), custom)

  expect([await kindOf(carl), await kindOf(cora)]).toEqual(['reseller', 'reseller'])
  const { disk } = people.adasGold.values
  expect(await contractOf(carl)).toMatchObject({ planId: null, values: { disk: 2 * Number(disk) } })
  expect(await contractOf(cora)).toMatchObject({ planId: null, values: { disk } })
  expect((await visitor.get('/')).headers.get('location')).toContain('/login')
  const actions = (await db().select().from(auditEntries)).map(({ action }) => action)
  expect(actions.filter((action) => action === 'account.converted')).toHaveLength(2)

  await undoMany(db(), people.ada.actor, batchId)
  expect([await kindOf(carl), await kindOf(cora)]).toEqual(['customer', 'customer'])
  expect(await contractOf(carl)).toBeUndefined()
})

test('each may have a plan of its own, unless it is too small for what it has', async () => {
  // P-24, R-23
  const choice = { plan: null, each: both().map((id): [number, number] => [id, small.id]) }
  const seen = await lookAt(db(), people.ada.actor, 'account', 'convert', both(), choice)
  expect(seen.going.map(({ name }) => name)).toEqual(['Cora'])
  expect(seen.left).toMatchObject([{ name: 'Carl', obstacle: { words: { has: 1024 } } }])

  await doMany(db(), people.ada.actor, 'account', 'convert', both(), choice)
  expect(await contractOf(cora)).toMatchObject({ planId: small.id, values: { disk: GB } })
  expect(await kindOf(carl)).toBe('customer')
})

test('only customers of administrators, by administrators, with plans on offer', async () => {
  // F-114
  const { ada, rita, cato } = people
  const ids = [ada.account.id, rita.account.id, cato.account.id]
  const seen = await lookAt(db(), ada.actor, 'account', 'convert', ids, custom)
  expect(seen.left.map(({ obstacle }) => obstacle!.sentence)).toEqual([
    'It is an administrator.',
    expect.stringContaining('There are no resellers below resellers'),
    'It is a reseller already.',
  ])
  const hers = await lookAt(db(), rita.actor, 'account', 'convert', [cato.account.id], custom)
  expect(hers.left).toMatchObject([{ obstacle: { sentence: 'Only an admin can do this.' } }])
  const service = { plan: people.adasGold.id, each: [] }
  await expect(lookAt(db(), ada.actor, 'account', 'convert', both(), service)).rejects.toThrow(
    Invalid,
  )
})

test('who has sold or made plans since stays a reseller', async () => {
  //
  const batchId = await doMany(db(), people.ada.actor, 'account', 'convert', both(), custom)
  await someone(db(), 'customer', 'cindy', carl.account.id)
  await aPlan(db(), cora.account, 'Own')
  const { left, going, seen } = await undoPreview(
    db(),
    people.ada.actor,
    await batchOf(db(), batchId),
  )
  expect(going).toEqual([])
  expect(left.map(({ obstacle }) => obstacle!.sentence)).toEqual([
    'It has customers by now. Move or remove them first.',
    'It has made plans by now. Delete them first.',
  ])
  await db().delete(plans).where(eq(plans.ownerId, cora.account.id))
  expect(seen).toBeTruthy()
  await undoMany(db(), people.ada.actor, batchId)
  expect([await kindOf(carl), await kindOf(cora)]).toEqual(['reseller', 'customer'])
})

test('a plan that changed since the preview is looked at again (F-79)', async () => {
  const choice = { plan: small.id, each: [] }
  const seen = await lookAt(db(), people.ada.actor, 'account', 'convert', both(), choice)
  await db()
    .update(plans)
    .set({ values: { ...initialValues('reseller'), disk: 1 } })
    .where(eq(plans.id, small.id))
  const { accept } = await import('../../src/bulk/acceptance.ts')
  const { actions } = await import('../../src/bulk/actions.ts')
  await expect(
    accept(
      db(),
      people.ada.actor,
      seen.selection.id,
      'convert',
      actions.account.convert!,
      choice,
      seen.seen,
    ),
  ).rejects.toThrow(Stale)
})

test('the page asks a plan per customer, and shows what another choice means first', async () => {
  const ada = await web.as(people.ada)
  const fields = { id: both().map(String), action: 'convert' }
  const address = (await ada.post('/customers/bulk', fields)).headers.get('location')!
  const html = await ada.read(address)
  expect(html).toContain('This will happen to 2 of 2')
  expect(html).toContain(`name="plan.${carl.account.id}"`)
  const seen = /name="seen" value="([^"]+)"/.exec(html)![1]!
  const at = address.split('?')[0]!
  const chosen = {
    action: 'convert',
    plan: '',
    [`plan.${carl.account.id}`]: String(small.id),
    [`plan.${cora.account.id}`]: 'same',
  }
  const again = await ada.post(at, { ...chosen, seen })
  expect(again.status).toBe(200)
  const shown = await again.text()
  expect(shown).toContain('This will happen to 1 of 2')
  expect(await kindOf(cora)).toBe('customer')
  const now = /name="seen" value="([^"]+)"/.exec(shown)![1]!
  const done = await ada.post(at, { ...chosen, seen: now })
  expect(done.headers.get('location')).toMatch(/^\/batches/)
  expect(await kindOf(cora)).toBe('reseller')
  expect((await ada.post(at, { ...chosen, 'plan.x': '1', seen: now })).status).toBe(422)
})

test('one alone has a receipt too, from which it can be undone', async () => {
  // P-21, P-23
  const { ada } = people
  const carl = await someone(db(), 'customer', 'carlo', ada.account.id)
  const visitor = await web.as(ada)
  const at = `/customers/${carl.account.id}/conversion`
  const done = await visitor.post(at, { to: 'reseller', plan: '' })
  const receipt = done.headers.get('location')!
  expect(receipt).toMatch(/^\/batches\/\d+$/)
  expect(await visitor.read(receipt)).toContain('1 of 1 done')
  expect(await kindOf(carl)).toBe('reseller')
  await undoMany(db(), ada.actor, Number(receipt.split('/').at(-1)))
  expect(await kindOf(carl)).toBe('customer')
})
