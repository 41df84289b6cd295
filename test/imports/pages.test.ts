import { gzipSync } from 'node:zlib'
import { and, eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { passwordLinks } from '../../src/auth/schema.ts'
import { sweepImports } from '../../src/imports/keeping.ts'
import { imports } from '../../src/imports/schema.ts'
import { batches, jobs } from '../../src/jobs/schema.ts'
import { mailboxes } from '../../src/mail/schema.ts'
import { messages } from '../../src/messages/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { resellers } from '../../src/plans/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { domains, subscriptions } from '../../src/subscriptions/schema.ts'
import {
  aHost,
  aLogin,
  aMailServer,
  aPlan,
  aSubscription,
  type Cast,
  cast,
  someone,
} from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { origin, type Visitor, webApp } from '../support/web.ts'
import { confirmed, csvOf, seenIn, upload, uploaded } from './file.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let ada: Visitor
beforeEach(async () => {
  await emptied(db())
  await db().execute(sql`truncate settings, attempts`)
  people = await cast(db())
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})

const header = ['Name', 'E-mail', 'Login', 'Domain', 'Plan']
const anna = ['Anna', 'anna@example.org', 'anna', 'anna-shop.test', 'gold']
const bert = ['Bert', 'bert@example.org', '', '', '']
const two = csvOf(header, anna, bert)
const gold = () => ({ plan: String(people.ritasGold.id) })

const called = (name: string) => db().select().from(accounts).where(eq(accounts.name, name))
const count = () => db().$count(accounts)
/** Of each line that is left out, by its number. */
async function left(address: string, who = rita): Promise<Record<string, string>> {
  const file = await who.read(`${address}/left.csv`)
  const rows = file.replace('\uFEFF', '').trim().split('\r\n').slice(1)
  return Object.fromEntries(
    rows.map((row) => {
      const [, line, quoted, plain] = /^(\d+),(?:"((?:[^"]|"")*)"|([^,]*))/.exec(row)!
      return [line!, (quoted ?? plain!).replaceAll('""', '"')]
    }),
  )
}

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
  expect(await left(again)).toEqual({
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

describe('what is left out is told by line', () => {
  test('by the rules of the form for a new customer', async () => {
    const lines = [
      ['', 'x@example.org', 'x', '', ''],
      ['Y', 'nobody', 'y', '', ''],
      ['Root', 'r@example.org', 'root', '', ''],
      ['Odd', 'o@example.org', 'A$', '', ''],
      ['IP', 'i@example.org', 'ip', '127.1', 'gold'],
      ['No plan', 'n@example.org', 'np', 'np.test', ''],
      ['No domain', 'd@example.org', 'nd', '', 'gold'],
      ['Cut', 'c@example.org'],
      ['Fine', 'f@example.org', 'fine', 'FINE.test.', 'gold'],
    ]
    const address = await uploaded(rita, csvOf(header, ...lines))

    expect(await left(address)).toEqual({
      2: 'Name: Required',
      3: 'E-mail: Give an e-mail address such as name@example.org.',
      4: 'User name: This user name is reserved.',
      5: expect.stringContaining('User name: A user name starts with a letter'),
      6: expect.stringContaining('Domain: This is an IP address.'),
      7: 'It names a domain, but no plan.',
      8: 'It names a plan, but no domain.',
      9: 'It has 2 fields, but the first line names 5 columns.',
    })
    const receipt = (await confirmed(rita, address)).headers.get('location')!
    expect(await db().select().from(subscriptions)).toMatchObject([{ domain: 'fine.test' }])
    // The report stays, with a line for each.
    const page = await rita.read(`${receipt}?state=left`)
    expect(page).toContain('Line 5: User name: A user name starts with a letter')
    expect(page).toContain('8 Left out')
    expect(Object.keys(await left(address)).length).toBe(8)
  })

  test('what is in the file twice, and what lies below another line’s domain', async () => {
    const lines = [
      anna,
      ['Anton', 'anton@example.org', 'anna', '', ''],
      ['Berta', 'b@example.org', 'berta', 'Anna-Shop.test.', 'gold'],
      ['Carl', 'c@example.org', 'carl', 'blog.anna-shop.test', 'gold'],
    ]
    expect(await left(await uploaded(rita, csvOf(header, ...lines)))).toEqual({
      3: 'Line 2 has the same user name.',
      4: 'Line 2 has the same domain.',
      5: expect.stringContaining('This name lies below anna-shop.test of line 2.'),
    })
  })

  test('names of others, and nothing is said of whose they are (F-113)', async () => {
    for (const domain of ['cleo.test', 'cleo2.test']) {
      await aSubscription(db(), people.cleo.account, people.host, people.rolfsGold, domain)
    }
    const lines = [
      ['A', 'a@example.org', 'cleo', '', ''],
      ['B', 'b@example.org', 'b1', 'cleo.test', 'gold'],
      ['C', 'c@example.org', 'c1', 'blog.cleo2.test', 'gold'],
      ['D', 'd@example.org', 'd1', 'panel.test', 'gold'],
    ]
    await aHost(db(), 'panel', { address: 'panel.test' })
    const file = csvOf(header, ...lines)
    const told = await left(await uploaded(rita, file))
    expect(told).toEqual({
      2: 'User name: This user name is already in use.',
      3: 'Domain: This domain is already in use.',
      4: 'Domain: This name belongs to a domain that is already in use.',
      5: 'Domain: This name is reserved.',
    })
    expect(JSON.stringify(told)).not.toMatch(/Cleo|Rolf/)
    const page = await rita.read(await uploaded(rita, file))
    expect(page).not.toMatch(/Cleo|Rolf/)
  })

  test('plans and hosts of others like those that are not there (F-66, F-114)', async () => {
    const [planned] = await db().execute<{ id: string }>(
      sql`update plans set name = 'RolfsOwn' where id = ${people.rolfsGold.id} returning id`,
    )
    expect(Number(planned!.id)).toBe(people.rolfsGold.id)
    const wide = ['Name', 'E-mail', 'Domain', 'Plan', 'Host']
    const lines = [
      ['A', 'a@example.org', 'a.test', 'RolfsOwn', ''],
      ['B', 'b@example.org', 'b.test', 'Nowhere', ''],
      ['C', 'c@example.org', 'c.test', 'gold', people.host.name],
      ['D', 'd@example.org', 'd.test', 'gold', 'nohost'],
    ]
    expect(await left(await uploaded(rita, csvOf(wide, ...lines)))).toEqual({
      2: 'There is no plan “RolfsOwn” on offer.',
      3: 'There is no plan “Nowhere” on offer.',
      4: 'The host is chosen for you.',
      5: 'The host is chosen for you.',
    })
    expect((await upload(rita, two, { plan: String(people.rolfsGold.id) })).status).toBe(422)
    expect((await upload(rita, two, { plan: '999999' })).status).toBe(422)
  })

  test('what its reseller has no room for, line after line (R-23)', async () => {
    const values = { ...initialValues('reseller'), customers: 4, subscriptions: 2 }
    await db()
      .update(resellers)
      .set({ values })
      .where(eq(resellers.accountId, people.rita.account.id))
    await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'cato.test')
    const lines = ['a', 'b', 'c', 'd', 'e'].map((name, n) => [
      name,
      `${name}@example.org`,
      name,
      n < 2 ? `${name}-x.test` : '',
      n < 2 ? 'gold' : '',
    ])
    const address = await uploaded(rita, csvOf(header, ...lines))

    expect(await left(address)).toEqual({
      3: expect.stringContaining('Subscriptions: 1 wanted, but only 0 of 2 are left to sell.'),
      6: 'All 4 customers are made already. The reseller plan decides this.',
    })
    await confirmed(rita, address)
    expect(await db().$count(accounts, eq(accounts.providerId, people.rita.account.id))).toBe(4)
    expect(await db().$count(subscriptions)).toBe(2)
  })
})

test('whoever goes through a list of names is stopped; who sees everything is not (F-113)', async () => {
  const others = Array.from({ length: 41 }, (_, n) => `taken${n}`)
  for (const name of others) await someone(db(), 'customer', name, people.rolf.account.id)
  const file = csvOf(header, ...others.map((name) => [name, `${name}@example.org`, name, '', '']))

  const address = await uploaded(rita, file)
  for (const path of ['', '/left.csv']) expect((await rita.get(address + path)).status).toBe(429)
  expect((await ada.get(await uploaded(ada, file))).status).toBe(200)
  // One's own are no news.
  const rolf = await web.as(people.rolf)
  expect((await rolf.get(await uploaded(rolf, file))).status).toBe(200)
})

test('looking at the same names again is no further try', async () => {
  const names = Array.from({ length: 15 }, (_, n) => `taken${n}`)
  for (const name of names) await someone(db(), 'customer', name, people.rolf.account.id)
  const file = csvOf(header, ...names.map((name) => [name, `${name}@example.org`, name, '', '']))
  const address = await uploaded(rita, file)
  for (let n = 0; n < 5; n++) expect((await rita.get(address)).status).toBe(200)
})

test('an import is nobody else’s, and is forgotten after a day (F-110)', async () => {
  const address = await uploaded(rita, two, gold())
  const seen = seenIn(await rita.read(address))
  const further = await aLogin(db(), people.rita, 'rita2', 'full')
  for (const who of [people.ada, people.rolf, people.cato, further]) {
    const visitor = await web.as(who)
    for (const path of ['', '/left.csv'])
      expect((await visitor.get(address + path)).status).toBe(404)
    expect((await visitor.post(address, { seen })).status).toBe(404)
  }
  await sweepImports(db())
  expect(await db().$count(imports)).toBe(1)
  await db()
    .update(imports)
    .set({ createdAt: new Date(Date.now() - 86_500_000) })
  expect((await rita.get(address)).status).toBe(404)
  expect((await rita.post(address, { seen })).status).toBe(404)
  await sweepImports(db())
  expect(await db().$count(imports)).toBe(0)
})

test('who may not sell imports nothing', async () => {
  const cato = await web.as(people.cato)
  const looker = await web.as(await aLogin(db(), people.rita, 'looker', 'read'))
  for (const path of ['', '/template.csv']) {
    expect((await cato.get(`/customers/import${path}`)).status).toBe(404)
  }
  expect((await upload(cato, two)).status).toBe(404)
  expect((await looker.get('/customers/import')).status).toBe(403)
  expect((await upload(looker, two)).status).toBe(403)
  expect(await db().$count(imports)).toBe(0)
})

test('of files that were never used five are kept', async () => {
  const first = await uploaded(rita, two)
  for (let n = 0; n < 5; n++) await uploaded(rita, two)
  expect(await db().$count(imports)).toBe(5)
  expect((await rita.get(first)).status).toBe(404)
})

// F-63
test.each([
  ['0 bytes', '', 'This file is empty.'],
  ['a header alone', 'Name,E-mail\r\n', 'nothing below its first line'],
  ['an open quote', 'Name,E-mail\n"A,a@b.test\n', 'Line 2: a quotation mark stands alone.'],
  ['a column twice', 'Name,E-mail,NAME\nA,a@b.test,B\n', 'The column “NAME” is there twice.'],
  ['no address', 'Name,Login\nA,a\n', 'E-mail is not among them'],
])('%s is told at the field, and what was chosen stays', async (_, content, told) => {
  const answer = await upload(rita, content, gold())
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain(told)
  expect(html).toMatch(new RegExp(`value="${people.ritasGold.id}"\\s+selected`))
  expect(await db().$count(imports)).toBe(0)
})

test('no file, and what is no field of the form', async () => {
  const none = await rita.post('/customers/import', { plan: '' })
  expect(none.status).toBe(422)
  expect(await none.text()).toContain('Choose a file.')
  // what browsers send when none is chosen
  expect(await (await upload(rita, '', {}, '')).text()).toContain('Choose a file.')
  expect((await upload(rita, two, { provider: '1' })).status).toBe(422)
})

// F-131
test('everything else that can be wrong with such a body is refused as before', async () => {
  const send = (body: BodyInit, headers: Record<string, string> = {}) =>
    rita.ask('/customers/import', { method: 'POST', body, headers: { Origin: origin, ...headers } })
  const form = (fields: [string, string | File][]) => {
    const data = new FormData()
    for (const [name, value] of [['_csrf', rita.token] as const, ...fields])
      data.append(name, value)
    return data
  }
  const file = new File([two], 'x.csv')
  const cut = { 'Content-Type': 'multipart/form-data; boundary=b' }

  expect(
    (
      await send(
        form([
          ['file', file],
          ['file', file],
        ]),
      )
    ).status,
  ).toBe(415)
  expect((await send(form([['plan', file]]))).status).toBe(415)
  expect((await send('x', { 'Content-Type': 'multipart/form-data' })).status).toBe(400)
  expect((await send('--b\r\nContent-Disposition: form-data\r\n\r\nx', cut)).status).toBe(400)
  const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
  expect([400, 403, 413]).toContain((await send(`${part.repeat(30_000)}--b--`, cut)).status)
  expect((await send(gzipSync('--b--'), { ...cut, 'Content-Encoding': 'gzip' })).status).toBe(400)
  expect((await upload(rita, 'x'.repeat(5_000_000))).status).toBe(413)
  expect(await (await upload(rita, 'x'.repeat(3_500_000))).text()).toContain('at most 3 MB')
  expect(await db().$count(imports)).toBe(0)
})

// F-67
test.each(['../../etc/x', 'a".csv', 'CON', `${'x'.repeat(300)}.csv`, '\u202Ecsv.exe'])(
  'a file may be called “%s”, and nobody looks',
  async (name) => {
    const address = await uploaded(rita, two, gold(), name)
    expect(address).toMatch(/^\/customers\/import\/\d+$/)
    expect(await rita.read(address)).not.toContain(name)
    const file = await rita.get(`${address}/left.csv`)
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="left-out-[\d-]+\.csv"$/,
    )
  },
)

test('a name that would do harm elsewhere is stored and shown as it is (F-9, F-23, F-68)', async () => {
  const name = `<script>alert('1')</script> {{7*7}} <%= 1 %>`
  const address = await uploaded(rita, `Name;E-mail\r\n"${name}";x@example.org\r\n`)
  expect(await rita.read(address)).not.toContain('<script>alert')
  const receipt = (await confirmed(rita, address)).headers.get('location')!
  expect(await called(name)).toHaveLength(1)
  expect(await rita.read(receipt)).not.toContain('<script>alert')
})

test('our own list is read as it is: customers of one’s own, in one’s language', async () => {
  await db()
    .update(accounts)
    .set({ phone: '+49 30 1', description: '=1+1', company: '"A"; B', suspended: true })
    .where(eq(accounts.id, people.cato.account.id))
  await db().update(accounts).set({ language: 'de' })
  const file = await rita.read('/customers.csv')
  const told = await left(await uploaded(rita, file))
  expect(Object.values(told).toSorted()).toEqual([
    'Art: Importiert werden nur Kunden.',
    'Benutzername: Dieser Benutzername ist schon vergeben.',
  ])

  // on another panel, where nobody has these names
  const renamed = file.replaceAll('cato', 'kato').replaceAll('Cato', 'Kato')
  await confirmed(rita, await uploaded(rita, renamed))
  const [kato] = await called('Kato')
  expect(kato).toMatchObject({
    phone: '+49 30 1',
    description: '=1+1',
    company: '"A"; B',
    suspended: true,
    email: 'kato@example.org',
  })
  expect(await db().$count(accounts, eq(accounts.name, 'Rita'))).toBe(1)
})

test('resellers and customers of others in an admin’s list stay where they are', async () => {
  const file = (await ada.read('/customers.csv')).replaceAll(/(\w+)@example/g, '$1.new@example')
  const renamed = file.replaceAll(/,(cato|cleo|rita|rolf|ada),/g, ',$1-new,')
  const told = Object.values(await left(await uploaded(ada, renamed), ada))
  expect(told.filter((why) => why === 'Kind: Only customers are imported.')).toHaveLength(3)
  expect(told.filter((why) => why.startsWith('It belongs to another provider: R'))).toHaveLength(2)
})

test('what was left out can be mended and sent again', async () => {
  const file = csvOf(header, ['Uwe', 'uwe', 'uwe', 'uwe.test', 'gold'])
  const address = await uploaded(rita, file)
  const back = await rita.read(`${address}/left.csv`)
  expect(back).toContain('uwe.test')
  const again = await uploaded(rita, back.replace(',uwe,', ',uwe@example.org,'))
  expect(await rita.read(again)).toContain('1 customer of 1 will be created')
  expect(await rita.read(again)).not.toContain('not read')
})

test('the template has all that can be said, and only that', async () => {
  const template = await ada.read('/customers/import/template.csv')
  expect(template).toContain('Name,Company,E-mail')
  expect(template).toContain('Domain,Plan,Host')
  expect(await rita.read('/customers/import/template.csv')).not.toContain('Host')
  expect((await upload(ada, template)).status).toBe(422)
  const filled = `${template}${template.replace('\uFEFF', '').replaceAll(/[^,\r\n]+/g, 'x')}`
  expect(await ada.read(await uploaded(ada, filled))).toContain('Left out: 1')
})

test('columns that mean nothing are named', async () => {
  const file = csvOf(['Name', 'E-mail', 'Shoe size', 'ID'], ['A', 'a@example.org', '44', '7'])
  expect(await rita.read(await uploaded(rita, file))).toContain(
    'Columns that are not read: Shoe size',
  )
})

test('all that a line can say arrives', async () => {
  const web1 = await aHost(db(), 'web1')
  const [some, values] = [
    'Name,Company,E-mail,Phone,Street,Postcode,City,Country,Language,Time zone,Description,Additional information,Domain,Plan,Host,Status',
    'Eva,Eva Ltd,Eva@Example.org,030 1,Way 1,10115,Berlin,Deutschland,Italian,Europe/Rome,"note\r\ntwo",hello,www.eva.test,Gold,web1,Suspended',
  ]
  await db().update(accounts).set({ language: 'de' }).where(eq(accounts.id, people.ada.account.id))
  await confirmed(ada, await uploaded(ada, `${some}\r\n${values}\r\n`))
  const [eva] = await called('Eva')
  expect(eva).toMatchObject({
    ...{ company: 'Eva Ltd', email: 'Eva@Example.org', phone: '030 1', street: 'Way 1' },
    ...{
      postcode: '10115',
      city: 'Berlin',
      country: 'DE',
      language: 'it',
      timeZone: 'Europe/Rome',
    },
    ...{ description: 'note\ntwo', additionalInformation: 'hello', suspended: true },
  })
  const [site] = await db().select().from(subscriptions).where(eq(subscriptions.accountId, eva!.id))
  expect(site).toMatchObject({
    domain: 'eva.test',
    hostId: web1.id,
    suspended: true,
    systemUser: 'eva',
  })
  expect(await db().$count(logins, eq(logins.name, 'eva@example.org'))).toBe(1)
})

test('system users follow the same rule as one alone, in the order of the lines (R-1)', async () => {
  const lines = [
    ['A', 'a@example.org', '', 'shop.test', 'gold'],
    ['B', 'b@example.org', 'shop', 'other.test', 'gold'],
    ['C', 'c@example.org', '', 'shop.example', 'gold'],
    ['D', 'd@example.org', '', '例え.test', 'gold'],
    ['E', 'e@example.org', 'web3', 'e.test', 'gold'],
    ['F', 'f@example.org', '', '例子.test', 'gold'],
    ['G', 'g@example.org', '', '1.test', 'gold'],
  ]
  await confirmed(rita, await uploaded(rita, csvOf(header, ...lines)))
  const rows = await db().select().from(subscriptions).orderBy(subscriptions.id)
  expect(rows.map(({ domain, systemUser }) => [domain, systemUser])).toEqual([
    ['shop.test', 'shop'],
    ['other.test', 'other'],
    ['shop.example', 'shop2'],
    ['xn--r8jz45g.test', 'web2'],
    ['e.test', 'web3'],
    ['xn--fsqu00a.test', 'web4'],
    ['1.test', 'web1'],
  ])
})

test('the provider’s default mailbox comes with each (S-68, R-11)', async () => {
  await db()
    .insert(settings)
    .values({ accountId: people.rita.account.id, name: 'defaultMailbox', value: 'webmaster' })
  await aPlan(db(), people.rita.account, 'Mail', { mailboxes: 5 })
  const carl = ['Carl', 'carl@example.org', '', 'carl.test', 'Mail']
  const address = await uploaded(rita, csvOf(header, anna, carl))
  const preview = await rita.read(address)
  expect(preview).toContain('Each gets the mailbox “webmaster”')
  expect(preview).toContain('1 of them gets none: the plan has no mailboxes.')
  await confirmed(rita, address)
  const boxes = await db().select().from(mailboxes)
  expect(boxes.map(({ local, domain }) => `${local}@${domain}`)).toEqual(['webmaster@carl.test'])
  expect(await db().$count(auditEntries, and(eq(auditEntries.action, 'mailbox.created')))).toBe(1)
})
