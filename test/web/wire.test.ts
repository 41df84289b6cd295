import { once } from 'node:events'
import { request as ask, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createListener } from '../../src/web/listener.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { origin, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db, {}, (app) => {
  app.get('/u/:name', (c) => c.text(`hello ${c.req.param('name')}`))
  app.get('/', (c) => c.text('home'))
})
let server: Server
let people: Cast
beforeAll(async () => {
  people = await cast(db())
  server = createListener(web.app()).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const port = () => (server.address() as AddressInfo).port

/** Sends bytes as they are and answers the first line that comes back. */
async function raw(lines: string[]): Promise<string> {
  const socket = connect(port(), '127.0.0.1')
  socket.write(lines.join('\r\n'))
  socket.setTimeout(20_000, () => socket.destroy())
  const answer = await text(socket).catch(() => '')
  return answer.split('\r\n')[0]!
}

const head = (first: string, ...more: string[]) => [
  first,
  'Host: panel.test',
  ...more,
  'Connection: close',
  '',
  '',
]

// F-128
test.each([
  [
    'CL and TE',
    [
      'POST /login HTTP/1.1',
      'Host: x',
      'Content-Length: 4',
      'Transfer-Encoding: chunked',
      '',
      '0',
      '',
      '',
    ],
  ],
  [
    'two CL',
    ['POST /login HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Content-Length: 5', '', 'abcde'],
  ],
  ['xchunked', ['POST /login HTTP/1.1', 'Host: x', 'Transfer-Encoding: xchunked', '', '0', '', '']],
  ['a folded header', ['GET / HTTP/1.1', 'Host: x', 'A: b', ' c', '', '']],
  ['no host', ['GET / HTTP/1.1', '', '']],
  ['no HTTP', ['hello', '', '']],
])('%s is refused and the connection closed', async (_, lines) => {
  expect(await raw(lines)).toMatch(/^HTTP\/1.1 400 /)
})

// F-129
test('too many headers are refused, and the next request is served', async () => {
  expect(await raw(head('GET /login HTTP/1.1', `A: ${'x'.repeat(20_000)}`))).toMatch(/ 431 /)
  expect(await raw(head(`GET /${'x'.repeat(64_000)} HTTP/1.1`))).toMatch(/ (414|431) /)
  expect(await raw(head('GET /login HTTP/1.1'))).toMatch(/ 200 /)
})

// F-130
test.each([
  '/u/a%00b',
  '/u/%zz',
  '/u/%',
  '/u/%c0%af',
  '/u/%ff',
  '//',
  '//evil.example/',
  '/;jsessionid=1',
  '/\\evil',
  '/..%2f..%2fetc%2fpasswd',
  '/../../etc/passwd',
  '/login/',
  'http://other.example/nothing',
  '*',
  '/login?next=%00',
  '/login?next=%zz',
  '/?after=%ff&sort=%00',
])('%s is answered, never with 500', async (path) => {
  const { cookie } = await web.as(people.rita)
  const status = Number(
    (await raw(head(`GET ${path} HTTP/1.1`, `Cookie: ${cookie}`))).split(' ')[1],
  )

  expect([200, 303, 400, 404]).toContain(status)
})

// F-97
test.each(['TRACE', 'CONNECT', 'OPTIONS', 'get'])('%s reaches nothing', async (method) => {
  const line = await raw(head(`${method} /login HTTP/1.1`))

  expect(line === '' || /^HTTP\/1.1 (400|404|405|501) /.test(line)).toBe(true)
})

// F-91
test.each([
  'session=a; session=b',
  'session=__proto__',
  '__proto__=x',
  `session=${'x'.repeat(4096)}`,
  'session=%00%ff',
  ';;;=;',
])('the cookie “%s” is nobody’s', async (cookie) => {
  expect(await raw(head('GET /u/x HTTP/1.1', `Cookie: ${cookie}`))).toMatch(/ 303 /)
})

test('a good cookie beside a planted one of the same name is refused', async () => {
  const { cookie } = await web.as(people.rita)

  expect(await raw(head('GET /u/x HTTP/1.1', `Cookie: ${cookie}`))).toMatch(/ 200 /)
  expect(await raw(head('GET /u/x HTTP/1.1', `Cookie: ${cookie}; session=x`))).toMatch(/ 303 /)
})

// F-126
test('a body too large is refused before it is taken in, told or not', async () => {
  const before = process.memoryUsage().rss
  const told = await pour({ 'Content-Length': String(10_000_000_000) }, 4)
  const chunked = await pour({ 'Transfer-Encoding': 'chunked' }, 100)

  expect([told, chunked]).toEqual([413, 413])
  expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
})

test('a body shorter than it was told to be is no request', async () => {
  const line = await raw([
    ...head('POST /login HTTP/1.1', 'Content-Length: 100').slice(0, -1),
    'abc',
  ])

  expect(line === '' || / (400|403|408) /.test(line)).toBe(true)
})

/** Writes so many megabytes, or until the answer is there. */
function pour(headers: Record<string, string>, megabytes: number): Promise<number> {
  return new Promise((resolve) => {
    const request = ask({
      port: port(),
      method: 'POST',
      path: '/login',
      headers: { Origin: origin, ...headers },
    })
    let sent = 0
    const more = () => {
      while (sent++ < megabytes && request.write(Buffer.alloc(1_000_000, 'a')));
      if (sent < megabytes) request.once('drain', more)
      else if (!('Content-Length' in headers)) request.end()
    }
    request.on('response', (answer) => {
      resolve(answer.statusCode!)
      request.destroy()
    })
    request.on('error', () => {})
    more()
  })
}

// F-127
test('who writes its headers slowly is cut off, and others are served meanwhile', {
  timeout: 60_000,
}, async () => {
  const slow = Array.from({ length: 300 }, () => {
    const socket = connect(port(), '127.0.0.1')
    socket.write('GET /login HTTP/1.1\r\nHost: x\r\nA: ')
    return once(socket.resume(), 'close')
  })
  const start = performance.now()
  expect(await raw(head('GET /login HTTP/1.1'))).toMatch(/ 200 /)
  expect(performance.now() - start).toBeLessThan(5000)

  await Promise.all(slow)
  expect(performance.now() - start).toBeLessThan(30_000)
})
