import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { endpoints } from '../../src/api/endpoints.ts'
import { cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { program } from './client.ts'

const db = ownDatabase()
const web = webApp(db)

test('the description is OpenAPI, of every endpoint, and anybody’s to read', async () => {
  const { status, body } = await program(web.app(), null).get('/openapi.json')

  expect(status).toBe(200)
  expect(await new Validator().validate(body)).toEqual({ valid: true })
  const told = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(told.toSorted()).toEqual(
    endpoints.map(({ method, path }) => `${method} ${path}`).toSorted(),
  )
  const names = Object.values(body.paths).flatMap((methods) =>
    Object.values(methods as object).map(({ operationId }) => operationId),
  )
  expect(new Set(names).size).toBe(names.length)
})

test('people read of every endpoint', async () => {
  const { cato } = await cast(db())
  const page = await (await web.as(cato)).read('/api')

  for (const { method, path } of endpoints) expect(page).toContain(`<code>${method} ${path}</code>`)
})
