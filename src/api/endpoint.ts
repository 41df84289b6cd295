import type { z } from 'zod'
import type { Area } from '../audit/roles.ts'
import type { C } from '../web/env.ts'

/** Everything one address does by one method: it is answered, described and tested from this. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** below /api/v1: `/customers/{id}` */
  path: string
  /** what it is about and what it does: words for `t` */
  group: string
  does: string
  /** what a login must be let into; the usual: hosting */
  area?: Area
  /** to all others it is not there; the usual: everybody's */
  for?: 'sellers' | 'admins'
  query?: z.ZodObject
  body?: z.ZodType
  /** where a rule calls a field of the body otherwise */
  names?: Readonly<Record<string, string>>
  /** what is not in it does not go out */
  answer: z.ZodType
  /** 202: a host has still to do it, and `jobId` says which job that is */
  status: 200 | 201 | 202 | 204
  run: (c: C, asked: { query: unknown; body: unknown }) => Promise<unknown>
  /** of a POST: below /api/v1, where what came of it is looked at */
  leadsTo?: (c: C, answer: unknown) => string
}

interface Typed<Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>
  extends Omit<Endpoint, 'query' | 'body' | 'answer' | 'run' | 'leadsTo'> {
  query?: Q
  body?: B
  answer: A
  run: (c: C, asked: { query: z.output<Q>; body: z.output<B> }) => Promise<z.input<A>>
  leadsTo?: (c: C, answer: z.output<A>) => string
}

/** Lets what is asked and answered have their types while one is written. */
export const endpoint = <Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
  typed: Typed<Q, B, A>,
): Endpoint => typed as unknown as Endpoint

/** The number in the address. */
export const idOf = (c: C, name = 'id') => Number(c.req.param(name))

/** As hono writes it: junk in the place of a number is no address of ours. */
export const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1{[1-9][0-9]{0,14}}')
