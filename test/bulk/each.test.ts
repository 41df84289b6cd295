import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { resellers } from '../../src/plans/schema.ts'
import { aPlan, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let ada: Visitor
let small: { id: number }
let ids: string[]

/** `Bulk 001` to `Bulk 230`, of Ada herself. */
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  small = await aPlan(db(), people.ada.account, 'Small', {}, 'reseller')
  const rows = await db().execute<{ id: string }>(sql`
    insert into accounts (kind, provider_id, name, email)
    select 'customer', ${people.ada.account.id}, 'Bulk ' || lpad(n::text, 3, '0'), 'n@example.org'
    from generate_series(1, 230) as n returning id`)
  ids = rows.map(({ id }) => id)
  ada = await web.as(people.ada)
})

const seenIn = (html: string) => /name="seen" value="([^"]*)"/.exec(html)![1]!
const chosenIn = (html: string, id: string) =>
  new RegExp(`name="plan\\.${id}">[^]*?</select>`)
    .exec(html)?.[0]
    .match(/value="(\d*)" selected/)?.[1]

async function choose(action: string) {
  const answer = await ada.post('/customers/bulk', { id: ids, action })
  return answer.headers.get('location')!
}

test('a plan for each of them, page after page, and the rest get that of all (P-24)', async () => {
  const address = await choose('convert')
  const at = address.split('?')[0]!
  const first = await ada.read(address)
  expect(first).toContain('1 to 100 of 230')
  expect(first).toContain('Bulk 100')
  expect(first).not.toContain(`name="plan.${ids[100]}"`)

  const base = { action: 'convert', seen: seenIn(first), plan: '' }
  const second = await (
    await ada.post(at, { ...base, [`plan.${ids[0]}`]: String(small.id), page: '1', turn: '2' })
  ).text()
  expect(second).toContain('101 to 200 of 230')
  expect(second).toContain('1 chosen')
  const found = await (
    await ada.post(at, {
      ...base,
      ...{ [`plan.${ids[150]}`]: String(small.id), [`plan.${ids[151]}`]: String(small.id) },
      ...{ page: '2', turn: 'find', find: 'bulk 001' },
    })
  ).text()
  expect(found).toContain('1 to 100 of 230')
  expect(found).toContain('3 chosen')
  expect(chosenIn(found, ids[0]!)).toBe(String(small.id))

  // another choice for one of them, and none for another
  const last = await (
    await ada.post(at, { ...base, [`plan.${ids[151]}`]: 'same', page: '2', turn: '3' })
  ).text()
  expect(last).toContain('201 to 230 of 230')
  const done = await ada.post(at, { ...base, seen: seenIn(last), page: '3' })
  expect(done.headers.get('location')).toMatch(/^\/batches\/\d+$/)
  const onPlan = await db().select().from(resellers).where(sql`plan_id = ${small.id}`)
  expect(onPlan.map(({ accountId }) => String(accountId)).toSorted()).toEqual(
    [ids[0], ids[150]].toSorted(),
  )
  expect(await db().$count(resellers, sql`plan_id is null`)).toBeGreaterThanOrEqual(228)
})

test('a provider is looked for by name when there are more than a field can show (P-27)', async () => {
  await db().execute(sql`
    insert into accounts (kind, provider_id, name, email)
    select 'reseller', ${people.ada.account.id}, 'Shop ' || n, 'r@example.org' from generate_series(1, 250) as n`)
  const address = await choose('move')
  const at = address.split('?')[0]!
  const first = await ada.read(address)
  expect(first).not.toContain('Shop 99<')
  const base = { action: 'move', seen: seenIn(first), plan: '', to: '' }
  const found = await (
    await ada.post(at, { ...base, provider: 'shop 99', turn: 'provider' })
  ).text()
  expect(found).toContain('>Shop 99<')
  expect(found).not.toContain('>Shop 98<')
  expect(found).not.toContain('>Rita<')
  // one alone
  const one = await ada.read(`/customers/${ids[0]}/move?provider=shop+99`)
  expect(one).toContain('>Shop 99<')
  expect(one).not.toContain('>Shop 98<')
  // the one that is chosen stays to be chosen
  const to = String(people.rita.account.id)
  const other = await ada.post(at, { ...base, to, provider: 'shop 99', turn: 'provider' })
  expect(await other.text()).toContain(`value="${to}" selected`)
})
