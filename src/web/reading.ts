import { HTTPException } from 'hono/http-exception'
import type { C } from './env.ts'

/**
 * Room for a bulk form with 10,000 ids (F-76) and for a note that is far too long, which is told so
 * at its field instead of being cut off here (F-71).
 */
export const maxBodyBytes = 4_000_000
const maxFields = 20_000

/** The fields of a form, whichever of the two ways a browser wrote it. Files are not expected. */
export async function readForm(c: C): Promise<URLSearchParams> {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return within(urlencoded(await text(c)))
  if (type === 'multipart/form-data') return within(await multipart(c))
  return new URLSearchParams()
}

/** @throws 400 for bytes that are not UTF-8 and for NUL, which no text in Postgres can hold (F-7) */
function urlencoded(body: string): URLSearchParams {
  const form = new URLSearchParams(body)
  for (const [name, value] of form) {
    if (/[\0\uFFFD]/.test(name + value)) throw new HTTPException(400)
  }
  return form
}

async function text(c: C): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer())
  } catch {
    throw new HTTPException(400)
  }
}

async function multipart(c: C): Promise<URLSearchParams> {
  const form = new URLSearchParams()
  for (const [name, value] of await parts(c)) {
    if (typeof value !== 'string') throw new HTTPException(415)
    if (/[\0\uFFFD]/.test(name + value)) throw new HTTPException(400)
    form.append(name, value)
  }
  return form
}

async function parts(c: C) {
  try {
    return await c.req.formData()
  } catch {
    throw new HTTPException(400)
  }
}

function within(form: URLSearchParams): URLSearchParams {
  if (form.size > maxFields) throw new HTTPException(413)
  return form
}
