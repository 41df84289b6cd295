import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { described } from '../../src/api/document.ts'
import { honoPath } from '../../src/api/endpoint.ts'
import { endpoints } from '../../src/api/endpoints.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { makeWorld, type World } from '../web/world.ts'
import { type Answer, type Program, program, tokenOf } from './client.ts'
import { type Entry, matrix } from './matrix.ts'

const db = ownDatabase()
const web = webApp(db)
let people: World
const tokens: Record<string, string> = {}
const names = ['cato', 'rita', 'rolf', 'ada'] as const
beforeAll(async () => {
  people = await makeWorld(db())
  for (const name of [...names, 'clerk', 'looker'] as const) {
    tokens[name] = await tokenOf(db(), people[name])
  }
  tokens.reader = await tokenOf(db(), people.ada, 'read')
})

const by = (name: string): Program => program(web.app(), tokens[name] ?? null)
const routes = Object.entries(matrix)
const mail = /^\/(mailboxes|mailing-lists|subscriptions\/\d+\/(mailboxes|mailing-lists))(\/|$)/

test('every endpoint says who may use it, and is the only way in', () => {
  const own = endpoints.map(({ method, path }) => `${method} ${path}`)
  expect(Object.keys(matrix).toSorted()).toEqual(own.toSorted())

  const mounted = web.app().routes.filter(({ method, path }) => {
    return method !== 'ALL' && path.startsWith('/api/v1/')
  })
  expect(new Set(mounted.map(({ method, path }) => `${method} ${path}`))).toEqual(
    new Set([
      'GET /api/v1/openapi.json',
      ...endpoints.map(({ method, path }) => `${method} /api/v1${honoPath(path)}`),
    ]),
  )
})

// F-109, F-110
describe.each(routes)('%s', (route, entry) => {
  const change = !route.startsWith('GET')

  test('without a token', async () => {
    expect((await ask(by('nobody'), route, entry)).status).toBe(401)
  })

  test.each(names)('by a token of %s', async (name) => {
    const answer = await ask(by(name), route, entry)

    expect([answer.status, answer.body]).toEqual([entry[name], answer.body])
    expectAsDescribed(route, answer)
  })

  test('by a token that may only read', async () => {
    expect((await ask(by('reader'), route, entry)).status).toBe(change ? 403 : entry.ada)
  })

  test('by a login that may only look', async () => {
    const usual = change && entry.rita !== 404 ? 403 : entry.rita
    expect((await ask(by('looker'), route, entry)).status).toBe(entry.looker ?? usual)
  })

  test('by a login for mail', async () => {
    const usual = mail.test(addressOf(route, entry)) ? entry.cato : 404
    expect((await ask(by('clerk'), route, entry)).status).toBe(entry.clerk ?? usual)
  })
})

const ask = (by: Program, route: string, entry: Entry): Promise<Answer> => {
  const [method] = route.split(' ')
  const body = method === 'GET' || method === 'DELETE' ? undefined : (entry.body ?? {})
  return by.ask(method!, addressOf(route, entry), body)
}

const addressOf = (route: string, { at }: Entry) => at?.(people) ?? route.split(' ')[1]!

const ajv = new Ajv.default({ strict: false })
addFormats.default(ajv)
// biome-ignore lint/suspicious/noExplicitAny: a document, read as its readers do
const document = JSON.parse(JSON.stringify(described())) as any

/** What really comes is what the description says, and nothing more. */
function expectAsDescribed(route: string, { status, body, headers }: Answer) {
  const [method, path] = route.split(' ')
  const { responses } = document.paths[path!][method!.toLowerCase()]
  if (status === 204) return expect(responses[204]).toBeDefined()
  const schema =
    status < 300
      ? responses[status].content['application/json'].schema
      : document.components.schemas.Problem
  const valid = ajv.validate(schema, body)

  expect([route, valid, ajv.errors]).toEqual([route, true, null])
  expect(headers.get('Content-Type')).toBe(
    status < 300 ? 'application/json' : 'application/problem+json',
  )
}
