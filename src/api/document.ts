import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'

/** OpenAPI 3.1, made of the schemas that everything is read and answered by. */
export const described = () => (document ??= describe())

let document: object | undefined

const describe = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Innkeeper',
    version: '1',
    description: [
      'The rules of the panel as JSON. Sizes are bytes, times ISO 8601 in UTC, ids numbers.',
      'A token is made in the profile and sent as "Authorization: Bearer ink_…"; it may do what its login may do now.',
      'Lists come in pages of 100: give "next" as "after" to get the next one.',
      'GET looks, POST makes something or changes a state, PATCH changes some fields, DELETE removes.',
      '202 says that a host has still to do it: look at the job whose number is "jobId".',
      'A POST with an "Idempotency-Key" does its work once; sent again it leads (303) to what came of it.',
      'What is refused is answered as application/problem+json (RFC 9457).',
    ].join('\n\n'),
  },
  servers: [{ url: '/api/v1' }],
  security: [{ token: [] }],
  paths: pathsOf(endpoints),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: { Problem: schemaOf(problem) },
  },
})

const problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string().optional().describe('Where the log has more to say.'),
  errors: z.record(z.string(), z.array(z.string())).optional().describe('Of a 422: by field.'),
})

function pathsOf(all: readonly Endpoint[]) {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of all) {
    const { path, method } = endpoint
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(endpoint) }
  }
  return paths
}

function operation(endpoint: Endpoint) {
  const { method, path, group, does, body, status, answer } = endpoint
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[/{}-]+(\w?)/g, (_, next) => next.toUpperCase())}`,
    tags: [group],
    summary: does,
    parameters: parametersOf(endpoint),
    ...(body ? { requestBody: { required: true, content: json(schemaOf(body, 'input')) } } : {}),
    responses: {
      [status]: {
        description: does,
        ...(status === 204 ? {} : { content: json(schemaOf(answer)) }),
      },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: problemAt } } },
      },
    },
  }
}

const problemAt = '#/components/schemas/Problem'

function parametersOf({ method, path, query }: Endpoint) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'integer', minimum: 1 },
  }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, field]) => ({
    ...{ name, in: 'query', required: false },
    schema: schemaOf(field as z.ZodType, 'input'),
  }))
  const key = { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string' } }
  return [...inPath, ...inQuery, ...(method === 'POST' ? [key] : [])]
}

const json = (schema: object) => ({ 'application/json': { schema } })

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output') {
  const { $schema: _, ...found } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodDate) Object.assign(jsonSchema, moment)
      // Text that is looked at before it is chosen from.
      const out = zodSchema instanceof z.ZodPipe && zodSchema.out
      if (out instanceof z.ZodEnum) Object.assign(jsonSchema, { enum: out.options })
    },
  })
  return found
}

const moment = { type: 'string', format: 'date-time' }
