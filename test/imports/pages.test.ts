import { gzipSync } from 'node:zlib'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { sweepImports } from '../../src/imports/keeping.ts'
import { imports } from '../../src/imports/schema.ts'
import { aLogin, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { origin, type Visitor, webApp } from '../support/web.ts'
import { confirmed, seenIn, two, upload, uploaded } from './file.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['settings', 'attempts'])
  people = await cast(db())
  rita = await web.as(people.rita)
})

const gold = () => ({ plan: String(people.ritasGold.id) })

const called = (name: string) => db().select().from(accounts).where(eq(accounts.name, name))
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
