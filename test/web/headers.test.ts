import { beforeAll, expect, test } from 'vitest'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db, {}, (app) => {
  app.get('/', (c) => c.text('home'))
  app.get('/broken', () => {
    throw new Error('a secret in /etc/innkeeper')
  })
})
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

const asset = async () =>
  /href="(\/assets\/tabler-[^"]+css)"/.exec(await web.stranger().read('/login'))![1]!

/** Every kind of answer there is. */
const answers = {
  page: async () => (await web.as(people.rita)).get('/'),
  'sign-in': async () => web.stranger().get('/login'),
  redirect: async () => web.stranger().get('/'),
  missing: async () => (await web.as(people.rita)).get('/nothing'),
  forbidden: async () => web.stranger().post('/login', { _csrf: '' }),
  'not that way': async () => web.stranger().ask('/login', { method: 'PUT' }),
  'too large': async () => web.stranger().post('/login', { name: 'x'.repeat(4_100_000) }),
  failing: async () => (await web.as(people.rita)).get('/broken'),
  file: async () => web.stranger().get(await asset()),
  health: async () => web.stranger().get('/healthz'),
}

// F-135
test.each(Object.entries(answers))('%s carries all security headers', async (_, ask) => {
  const { headers } = await ask()
  const policy = headers.get('Content-Security-Policy')

  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(headers.get('Referrer-Policy')).toBe('same-origin')
  expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
  expect(headers.get('X-Powered-By') ?? headers.get('Server')).toBeNull()
})

// F-75, F-134
test('pages are kept by nobody, files by everybody', async () => {
  const [page, file] = [await answers.page(), await answers.file()]

  expect(page.headers.get('Cache-Control')).toBe('private, no-store')
  expect(page.headers.get('Content-Encoding')).toBeNull()
  expect(file.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
})

test('https is insisted on only where it is set', async () => {
  const strict = webApp(db, { settings: { ...web.settings, strictTransport: true } })

  expect((await answers['sign-in']()).headers.get('Strict-Transport-Security')).toBeNull()
  const { headers } = await strict.stranger().get('/login')
  expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000')
})

test('how long an answer took is told to those who are logged in, and to nobody else', async () => {
  const told = async (answer: Promise<Response>) => (await answer).headers.get('Server-Timing')

  expect(await told(answers.page())).toMatch(/^total;dur=\d+\.\d$/)
  expect(await told(answers.missing())).toMatch(/^total;dur=/)
  expect(await told(answers['sign-in']())).toBeNull()
  const { name } = people.rita.login
  expect(await told(web.stranger().post('/login', { name, password: 'wrong' }))).toBeNull()
})

// F-139
test('a fault is told by a number, and nothing else', async () => {
  const answer = await answers.failing()
  const page = await answer.text()

  expect(answer.status).toBe(500)
  expect(page).toContain(answer.headers.get('X-Request-Id')!)
  expect(page).not.toMatch(/secret|etc|\.ts/)
})

// F-138
test.each([
  '/.git/config',
  '/.env',
  '/node_modules/hono/package.json',
  '/package.json',
  '/assets/tabler.css.map',
  '/assets/../package.json',
  '/assets/%2e%2e%2fpackage.json',
  '/assets/innkeeper.css',
  '/public/innkeeper.css',
  '/src/server.ts',
  '/metrics',
  '/index.html~',
])('%s is not there', async (path) => {
  const [stranger, rita] = [web.stranger(), await web.as(people.rita)]

  expect((await stranger.get(path)).status).toBe(404)
  expect((await rita.get(path)).status).toBe(404)
})

test('what is not there looks the same wherever it is not', async () => {
  const rita = await web.as(people.rita)
  const [one, two] = [await rita.read('/plans/999999999'), await rita.read('/plans/no/such/page')]

  expect(one).toBe(two)
})
