import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { passwordLinks } from '../../src/auth/schema.ts'
import { imports } from '../../src/imports/schema.ts'
import { batches, jobs } from '../../src/jobs/schema.ts'
import { messages } from '../../src/messages/schema.ts'
import { domains, subscriptions } from '../../src/subscriptions/schema.ts'
import { aMailServer, type Cast, cast, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { confirmed, leftIn, seenIn, two, upload, uploaded } from './file.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let ada: Visitor
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['settings', 'attempts'])
  people = await cast(db())
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})

const gold = () => ({ plan: String(people.ritasGold.id) })

const called = (name: string) => db().select().from(accounts).where(eq(accounts.name, name))
const count = () => db().$count(accounts)

test('sent, looked at, agreed to, received, undone', async () => {
  expect(await rita.read('/customers')).toContain('href="/customers/import"')
  const start = await rita.read('/customers/import')
  expect(start).toContain('At most 3 MB and 10,000 customers.')
  expect(start).not.toContain('>Host<')
  const before = await count()

  const address = await uploaded(rita, two, gold())
  expect(address).toMatch(/^\/customers\/import\/\d+$/)
  const preview = await rita.read(address)
  expect(preview).toContain('2 customers of 2 will be created')
  expect(preview).toContain('1 subscription is created.')
  expect(preview).not.toContain('undefined')
  // Nothing is written by looking.
  expect([await count(), await db().$count(jobs), await db().$count(auditEntries)]).toEqual([
    before,
    0,
    0,
  ])

  const receipt = (await confirmed(rita, address)).headers.get('location')!
  expect(receipt).toMatch(/^\/batches\/\d+$/)
  const [made] = await called('Anna')
  expect(made).toMatchObject({
    kind: 'customer',
    providerId: people.rita.account.id,
    email: 'anna@example.org',
    suspended: false,
  })
  const [shop] = await db()
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.accountId, made!.id))
  expect(shop).toMatchObject({
    domain: 'anna-shop.test',
    systemUser: 'anna',
    planId: people.ritasGold.id,
    hostId: people.host.id,
    sellerId: people.rita.account.id,
    values: people.ritasGold.values,
    generation: 1,
  })
  expect(await db().select().from(domains)).toMatchObject([
    { kind: 'main', name: 'anna-shop.test' },
  ])
  const open = await db().select().from(jobs)
  expect(open).toMatchObject([{ subscriptionId: shop!.id, state: 'waiting' }])
  const [login] = await db().select().from(logins).where(eq(logins.name, 'bert@example.org'))
  expect(login).toMatchObject({ role: 'owner' })
  const page = await rita.read(receipt)
  expect(page).toContain('1 of 2 done')
  expect(page).toContain(`href="/customers/${made!.id}"`)
  expect(await rita.read('/customers?q=anna')).toContain('Anna')

  const undo = await rita.read(`${receipt}/undo`)
  expect(undo).toContain('Imported accounts go into the trash')
  await rita.post(`${receipt}/undo`, { seen: seenIn(undo) })
  expect((await called('Anna'))[0]!.trashedUntil).not.toBeNull()
  expect((await called('Bert'))[0]!.trashedUntil).not.toBeNull()
})

test('each account, subscription and mail has its entry as if it were made alone (F-125)', async () => {
  const last = sql`(select coalesce(max(id), 0) from audit_entries)`
  const [newest] = await db().execute<{ id: string }>(sql`select ${last} as id`)
  await confirmed(rita, await uploaded(rita, two, gold()))
  const entries = await db()
    .select()
    .from(auditEntries)
    .where(sql`id > ${newest!.id}`)
    .orderBy(auditEntries.id)
  expect(
    entries.map(({ action, objectName, actorName }) => [action, objectName, actorName]),
  ).toEqual([
    ['account.created', 'Anna', 'rita'],
    ['account.created', 'Bert', 'rita'],
    ['subscription.created', 'anna-shop.test', 'rita'],
  ])
})

test('nobody gets in by a password that was never made, until one is chosen by the link (M-31)', async () => {
  await aMailServer(db())
  const address = await uploaded(rita, two, { ...gold(), welcome: 'on' })
  expect(await rita.read(address)).toContain('2 mails with a link to choose a password go out')
  const receipt = (await confirmed(rita, address)).headers.get('location')!

  const sent = await db().select().from(messages)
  expect(sent.map(({ template, toAddress }) => [template, toAddress]).toSorted()).toEqual([
    ['welcome', 'anna@example.org'],
    ['welcome', 'bert@example.org'],
  ])
  expect(await db().$count(passwordLinks)).toBe(2)
  expect(await db().$count(jobs, eq(jobs.priority, 10))).toBe(3)
  expect(await rita.read(receipt)).toContain('0 of 2 done')
  const hashes = await db()
    .select()
    .from(logins)
    .where(sql`name like '%anna%' or name like '%bert%'`)
  expect(new Set(hashes.map(({ passwordHash }) => passwordHash)).size).toBe(2)
  for (const password of ['', 'anna', hashes[0]!.passwordHash]) {
    const answer = await web.stranger().post('/login', { login: 'anna', password })
    expect(answer.status).toBe(422)
  }
})

test('without a mail server no welcome is promised', async () => {
  const answer = await upload(rita, two, { ...gold(), welcome: 'on' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('The panel cannot send mail yet')
  expect(await db().$count(imports)).toBe(0)
})

test('what is agreed to twice is done once, also at once (F-72)', async () => {
  const address = await uploaded(rita, two, gold())
  const seen = seenIn(await rita.read(address))
  const [before, batchesBefore] = [await count(), await db().$count(batches)]
  const answers = await Promise.all(Array.from({ length: 8 }, () => rita.post(address, { seen })))

  const receipts = new Set(answers.map((answer) => answer.headers.get('location')))
  expect(receipts.size).toBe(1)
  expect(await count()).toBe(before + 2)
  expect(await db().$count(batches)).toBe(batchesBefore + 1)
  expect((await rita.get(address)).headers.get('location')).toBe([...receipts][0])
})

test('two files with the same people at once: one is done, the other shown anew', async () => {
  const [one, other] = [await uploaded(rita, two, gold()), await uploaded(ada, two)]
  const before = await count()
  const marks = [seenIn(await rita.read(one)), seenIn(await ada.read(other))]
  const answers = await Promise.all([
    rita.post(one, { seen: marks[0]! }),
    ada.post(other, { seen: marks[1]! }),
  ])

  expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409])
  expect(await count()).toBe(before + 2)
})

test('a file and a form with the same name at once: one of them has it', async () => {
  const address = await uploaded(ada, two)
  const seen = seenIn(await ada.read(address))
  const form = { kind: 'customer', name: 'Anna', email: 'a@example.org', login: 'anna' }
  const [imported, typed] = await Promise.all([
    ada.post(address, { seen }),
    rita.post('/customers/new', { ...form, status: 'enabled' }),
  ])

  expect([imported.status, typed.status]).toEqual(imported.status === 303 ? [303, 422] : [409, 303])
  expect(await called('Anna')).toHaveLength(1)
  expect(await called('Bert')).toHaveLength(imported.status === 303 ? 1 : 0)
})

test('the same file once more makes nobody twice (F-65)', async () => {
  await confirmed(rita, await uploaded(rita, two, gold()))
  const before = await count()
  const again = await uploaded(rita, two, gold())

  expect(await rita.read(again)).toContain('0 customers of 2 will be created')
  expect(await leftIn(rita, again)).toEqual({
    2: expect.stringContaining('User name: This user name is already in use.'),
    3: 'User name: This user name is already in use.',
  })
  expect((await rita.post(again, { seen: seenIn(await rita.read(again)) })).status).toBe(409)
  expect(await count()).toBe(before)
})

test('a preview that is not true any more is shown anew (F-79, F-84)', async () => {
  const address = await uploaded(rita, two, gold())
  const seen = seenIn(await rita.read(address))
  await someone(db(), 'customer', 'anna', people.rita.account.id)
  const before = await count()

  const answer = await rita.post(address, { seen })
  expect(answer.status).toBe(409)
  expect(await answer.text()).toContain('1 customer of 2 will be created')
  expect((await rita.post(address, { seen: 'guess' })).status).toBe(409)
  expect((await rita.post(address, {})).status).toBe(422)
  expect(await count()).toBe(before)
})
