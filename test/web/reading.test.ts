import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { checkboxes, line, wholeNumber } from '../../src/web/fields.ts'
import { parseForm } from '../../src/web/respond.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Fields, origin, type Visitor, webApp } from '../support/web.ts'

const form = z.strictObject({
  name: line(20),
  quota: wholeNumber(),
  services: checkboxes(['web', 'mail']),
})

const db = ownDatabase()
const web = webApp(db, {}, (app) => {
  app.post('/echo', async (c) => {
    const read = await parseForm(c, form)
    return c.json(read, read.ok ? 200 : 422)
  })
})
let people: Cast
let rita: Visitor
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
})

const good = { name: 'Gold', quota: '5' }
const read = async (fields: Fields) => {
  const answer = await rita.post('/echo', fields)
  return (await answer.json()) as { ok: boolean; values: object; errors: Record<string, string[]> }
}

test('reads what the form has, and keeps what was typed when it is refused', async () => {
  expect(await read({ ...good, services: ['mail', 'web'] })).toEqual({
    ok: true,
    values: { name: 'Gold', quota: 5, services: ['mail', 'web'] },
  })
  expect(await read({ name: ' x ', quota: 'five' })).toMatchObject({
    ok: false,
    values: { name: ' x ', quota: 'five' },
    errors: { quota: [expect.any(String)] },
  })
})

// F-82, F-83
test.each(['owner_id', 'role', 'is_admin', '__proto__', 'constructor', 'toString'])(
  'a field “%s” that the form does not have is refused and named',
  async (name) => {
    const { ok, errors } = await read(Object.fromEntries([...Object.entries(good), [name, '1']]))

    expect(ok).toBe(false)
    expect(errors['']?.[0]).toContain(`“${name}”`)
  },
)

// F-33
test('a field that came twice is refused, a list may', async () => {
  expect((await read({ ...good, quota: ['1', '999'] })).errors).toHaveProperty('quota')
  expect((await read({ ...good, services: ['web', 'web'] })).ok).toBe(true)
})

// F-83
test('a missing field is refused, a missing list is empty', async () => {
  expect((await read({ quota: '5' })).errors).toEqual({ name: ['Required'] })
  expect((await read(good)).values).toMatchObject({ services: [] })
})

const send = (body: BodyInit, headers: Record<string, string> = {}) =>
  rita.ask('/echo', { method: 'POST', body, headers: { Origin: origin, ...headers } })
const urlencoded = { 'Content-Type': 'application/x-www-form-urlencoded' }
const start = () => `_csrf=${rita.token}&`

// F-7, F-130
test.each([
  ['NUL', 'name=a%00b&quota=1'],
  ['NUL in a name', 'na%00me=a&quota=1'],
  ['overlong UTF-8', 'name=%c0%af&quota=1'],
  ['half a character', 'name=%e2%82&quota=1'],
])('%s is refused as a whole', async (_, body) => {
  expect((await send(start() + body, urlencoded)).status).toBe(400)
})

test('bytes that are no UTF-8 are refused', async () => {
  const body = Buffer.concat([Buffer.from(`${start()}name=`), Buffer.from([0xff, 0xfe])])

  expect((await send(body, urlencoded)).status).toBe(400)
})

// F-71
test('text of a megabyte is refused at its field, and kept', async () => {
  const name = 'ä'.repeat(500_000)
  const { values, errors } = await read({ ...good, name })

  expect(errors).toHaveProperty('name')
  expect(values).toMatchObject({ name })
})

// F-131
test('multipart is read like any form, files and nonsense are refused', async () => {
  const multipart = (fields: Record<string, string | Blob>) => {
    const data = new FormData()
    for (const [name, value] of Object.entries({ _csrf: rita.token, ...fields })) {
      data.append(name, value)
    }
    return data
  }

  expect((await send(multipart(good))).status).toBe(200)
  expect((await send(multipart({ ...good, name: new Blob(['x']) }))).status).toBe(415)
  expect((await send('x', { 'Content-Type': 'multipart/form-data' })).status).toBe(400)
  const cut = { 'Content-Type': 'multipart/form-data; boundary=b' }
  expect((await send('--b\r\nContent-Disposition: form-data\r\n\r\nx', cut)).status).toBe(400)
})

test('ten thousand parts and more fields than anybody has are refused', async () => {
  const part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
  const headers = { 'Content-Type': 'multipart/form-data; boundary=b' }
  const parts = await send(`${part.repeat(10_000)}--b--`, headers)
  const fields = await send(start() + 'a=1&'.repeat(30_000), urlencoded)

  expect([400, 403, 413]).toContain(parts.status)
  expect(fields.status).toBe(413)
})

test('a packed body is not unpacked', async () => {
  const packed = gzipSync(`${start()}name=a&quota=1`)

  expect((await send(packed, { ...urlencoded, 'Content-Encoding': 'gzip' })).status).toBe(400)
})
