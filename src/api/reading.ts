import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import type { C } from '../web/env.ts'
import { Unfit } from './problem.ts'

/** Ten thousand ids and a note of any size that may be stored. */
const maxBytes = 1_000_000

/** What was sent, as text: what it is and whether it fits are told apart (400, 413, 415, 422). */
export async function bodyOf(c: C): Promise<string> {
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength > maxBytes) {
    throw new HTTPException(413, { message: 'What was sent is too large.' })
  }
  const text = decoded(bytes)
  if (text !== '' && !isJson(c)) {
    throw new HTTPException(415, { message: 'Send JSON: Content-Type: application/json' })
  }
  return text
}

export function parsed(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text)
    // No text in Postgres can hold it (F-7).
    if (/\\u0000/i.test(text)) throw unreadable()
    return found
  } catch {
    throw unreadable()
  }
}

/** Strict: what the schema does not have is refused like what is wrong (F-82, F-83). */
export async function taken<T>(schema: z.ZodType<T>, sent: unknown): Promise<T> {
  const result = await schema.safeParseAsync(sent)
  if (result.success) return result.data
  throw new Unfit(result.error)
}

/** Each parameter once. */
export function queryOf(c: C): Record<string, string> {
  const all = c.req.queries()
  const twice = Object.values(all).some(({ length }) => length > 1)
  if (twice) throw new HTTPException(400, { message: 'Give each parameter once.' })
  return c.req.query()
}

const isJson = (c: C) => /^application\/json\s*(;|$)/i.test(c.req.header('Content-Type') ?? '')

function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable()
  }
}

const unreadable = () => new HTTPException(400, { message: 'This is not JSON.' })
