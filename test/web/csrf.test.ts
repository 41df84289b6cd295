import { beforeAll, expect, test } from 'vitest'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { encoded, origin, type Visitor, webApp } from '../support/web.ts'

// F-96: a route that counts how often it was reached; it must stay at none.
let reached = 0
const db = ownDatabase()
const web = webApp(db, {}, (app) => {
  app.post('/change', (c) => {
    reached++
    return c.text('done')
  })
  app.get('/change', (c) => c.text('nothing'))
})
let people: Cast
let rita: Visitor
let rolf: Visitor
beforeAll(async () => {
  people = await cast(db())
  rita = await web.as(people.rita)
  rolf = await web.as(people.rolf)
})

const send = (body: BodyInit | undefined, headers: Record<string, string> = {}, path = '/change') =>
  rita.ask(path, { method: 'POST', ...(body && { body }), headers: { Origin: origin, ...headers } })

const withToken = (token: string) => encoded({ _csrf: token })

test('a form of ours with its own token is let through', async () => {
  const answers = [
    await rita.post('/change'),
    await rita.post('/change', {}, { 'Sec-Fetch-Site': 'same-origin' }),
    await send(withToken(rita.token), { Origin: origin }),
    await send('', { 'X-CSRF-Token': rita.token }),
  ]

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(reached).toBe(4)
})

const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
const attacks: Record<string, () => Response | Promise<Response>> = {
  'no token': () => send(encoded({})),
  'an empty token': () => send(withToken('')),
  'a wrong token': () => send(withToken('A'.repeat(43))),
  'a token cut short': () => send(withToken(rita.token.slice(0, -1))),
  'the token of somebody else': () => send(withToken(rolf.token)),
  'the token of a stranger': () => send(withToken(web.stranger().token)),
  'two tokens': () => send(encoded({ _csrf: [rita.token, rita.token] })),
  'the token in the address only': () => send('', form, `/change?_csrf=${rita.token}`),
  'text/plain': () => send(`_csrf=${rita.token}`, { 'Content-Type': 'text/plain' }),
  JSON: () => send(JSON.stringify({ _csrf: rita.token }), { 'Content-Type': 'application/json' }),
  'no content type': () => send(new Blob([`_csrf=${rita.token}`])),
  'no body': () => send(undefined),
  'Origin: null': () => rita.post('/change', {}, { Origin: 'null' }),
  'another origin': () => rita.post('/change', {}, { Origin: 'https://evil.example' }),
  'a sub-domain': () => rita.post('/change', {}, { Origin: 'http://sub.panel.test' }),
  'the parent domain': () => rita.post('/change', {}, { Origin: 'http://test' }),
  'another port': () => rita.post('/change', {}, { Origin: `${origin}:8080` }),
  'another scheme': () => rita.post('/change', {}, { Origin: 'https://panel.test' }),
  'a cross-site fetch': () => rita.post('/change', {}, { 'Sec-Fetch-Site': 'cross-site' }),
  'a same-site fetch': () => rita.post('/change', {}, { 'Sec-Fetch-Site': 'same-site' }),
}

test.each(Object.entries(attacks))('%s is refused and changes nothing', async (_, attack) => {
  const before = reached
  const answer = await attack()

  expect(answer.status).toBe(403)
  expect(reached).toBe(before)
})

test('a token does not outlive its session', async () => {
  const before = reached
  const gone = await web.as(people.cato)
  await gone.post('/logout')
  const answer = await gone.post('/change')

  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('You are not logged in any more.')
  expect(reached).toBe(before)
})

// F-87
test('an htmx request of a session that ended is led to sign-in', async () => {
  const gone = await web.as(people.cato)
  await gone.post('/logout')
  const htmx = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }
  const [read, change] = [await gone.get('/change', htmx), await gone.post('/change', {}, htmx)]

  expect(read.headers.get('HX-Redirect')).toBe('/login?next=%2Fchange')
  expect(change.headers.get('HX-Redirect')).toBe('/login')
})

test('signing in needs a token too, so nobody is signed in as somebody else', async () => {
  const stranger = web.stranger()
  const answer = await stranger.ask('/login', {
    method: 'POST',
    body: encoded({ name: 'rita', password: 'x', _csrf: web.stranger().token }),
    headers: { Origin: origin },
  })

  expect(answer.status).toBe(403)
})

test('behind a proxy that ends TLS the public origin counts', async () => {
  const settings = { ...web.settings, publicOrigin: 'https://panel.example' }
  const proxied = webApp(db, { settings })
  const ada = await proxied.as(people.ada)

  expect((await ada.post('/logout', {}, { Origin: origin })).status).toBe(403)
  expect((await ada.post('/logout', {}, { Origin: 'https://panel.example' })).status).toBe(303)
})

// F-97
test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'post'])(
  '%s is no way to ask',
  async (method) => {
    const before = reached
    const answer = await rita.ask('/change', {
      method,
      headers: { Origin: origin, 'X-CSRF-Token': rita.token },
    })
    const normal = method === 'post' ? [200, 405] : [405]

    expect(normal).toContain(answer.status)
    expect(reached).toBe(method === 'post' && answer.status === 200 ? before + 1 : before)
  },
)

test('a method is not overridden by header or field', async () => {
  const before = reached
  await rita.ask('/change', { headers: { 'X-HTTP-Method-Override': 'POST' } })
  await rita.ask('/change?_method=POST')

  expect(reached).toBe(before)
})

test('an address that only takes forms is not read', async () => {
  const answer = await rita.get('/logout')

  expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST'])
  expect((await rita.get('/change')).status).toBe(200)
})
