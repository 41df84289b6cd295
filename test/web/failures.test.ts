import { sql } from 'drizzle-orm'
import { beforeAll, expect, test, vi } from 'vitest'
import { connect, disconnect } from '../../src/db/database.ts'
import * as errors from '../../src/errors.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { partial, webApp } from '../support/web.ts'

const db = ownDatabase()
const faults: Record<string, () => unknown> = {
  gone: () => Promise.reject(new errors.NotFound()),
  forbidden: () => Promise.reject(new errors.Forbidden('Only admins may.')),
  stale: () => Promise.reject(new errors.Stale('Somebody else saved it.')),
  conflict: () => Promise.reject(new errors.Conflict('In use by {count}.', { count: 3 })),
  often: () => Promise.reject(new errors.TooMany('Later, please.', 90)),
  field: () => Promise.reject(new errors.Invalid('name', 'This name is taken.')),
  slow: () =>
    db().transaction(async (tx) => {
      await tx.execute(sql`set local statement_timeout = 20`)
      await tx.execute(sql`select pg_sleep(5)`)
    }),
  away: async () => {
    const nowhere = connect('postgres://nobody@127.0.0.1:1/none', 1)
    await nowhere.execute(sql`select 1`).finally(() => disconnect(nowhere))
  },
  killed: () => db().execute(sql`select pg_terminate_backend(pg_backend_pid())`),
  broken: () => db().execute(sql`select ${'a secret'} from no_such_table`),
  file: () => import('node:fs').then(({ readFileSync }) => readFileSync('/no/such/file')),
}

const web = webApp(db, {}, (app) => {
  app.get('/fault/:kind', async (c) => {
    await faults[c.req.param('kind')]?.()
    return c.text('fine')
  })
})
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

test.each([
  ['gone', 404, 'There is nothing here.'],
  ['forbidden', 403, 'Only admins may.'],
  ['stale', 409, 'Somebody else saved it.'],
  ['conflict', 409, 'In use by 3.'],
  ['often', 429, 'Later, please.'],
  ['field', 422, 'This name is taken.'],
  // F-88
  ['slow', 503, 'Nothing was changed'],
  // F-174
  ['away', 503, 'Look whether your last change arrived'],
  ['killed', 503, 'Look whether your last change arrived'],
  ['broken', 500, 'Something went wrong here'],
  ['file', 500, 'Something went wrong here'],
])('%s is %s: %s', async (kind, status, said) => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const answer = await (await web.as(people.rita)).get(`/fault/${kind}`)
  const page = await answer.text()
  const logged = log.mock.calls.flat().join()
  log.mockRestore()

  expect(answer.status).toBe(status)
  expect(page).toContain(said)
  expect(page).not.toMatch(/select|no_such|secret|\/src\//)
  expect(logged).not.toContain('a secret')
})

test('says when to come back', async () => {
  const rita = await web.as(people.rita)

  expect((await rita.get('/fault/often')).headers.get('Retry-After')).toBe('90')
})

// F-86, F-87
test('a part that fails takes the whole page', async () => {
  const answer = await (await web.as(people.rita)).get('/fault/gone', partial)

  expect(answer.status).toBe(404)
  expect(answer.headers.get('HX-Retarget')).toBe('body')
})

test('the next request is served', async () => {
  const rita = await web.as(people.rita)

  expect(await (await rita.get('/fault/none')).text()).toBe('fine')
})
