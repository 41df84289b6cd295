import { HTTPException } from 'hono/http-exception'
import type { C } from './env.ts'

/**
 * Room for a bulk form with 10,000 ids (F-76) and for a note that is far too long, which is told so
 * at its field instead of being cut off here (F-71).
 */
export const maxBodyBytes = 4_000_000
const maxFields = 20_000

/** Where a form has a field `file`; anywhere else a file is not expected, and refused. */
const uploads = new Set(['/customers/import'])

export interface Sent {
  form: URLSearchParams
  /** null: none was chosen, or there is no field for one */
  file: File | null
}

/** The fields of a form, whichever of the two ways a browser wrote it. */
export async function readForm(c: C): Promise<Sent> {
  const type = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'multipart/form-data') return multipart(c)
  const fields = type === 'application/x-www-form-urlencoded' ? await text(c) : ''
  return { form: within(urlencoded(fields)), file: null }
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

/** What a file is called is whatever its sender likes: only that it has a name tells it was chosen (F-67). */
async function multipart(c: C): Promise<Sent> {
  const form = new URLSearchParams()
  const files: File[] = []
  for (const [name, value] of await parts(c)) {
    const isField = name === 'file' && uploads.has(c.req.path)
    if (typeof value !== 'string') {
      if (!isField || files.push(value) > 1) throw new HTTPException(415)
    } else if (/[\0\uFFFD]/.test(name + value)) throw new HTTPException(400)
    else if (!isField || value !== '') form.append(name, value)
  }
  const [file] = files
  return { form: within(form), file: file && (file.size > 0 || file.name !== '') ? file : null }
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
