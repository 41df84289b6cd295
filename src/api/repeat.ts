import { createHash } from 'node:crypto'
import { HTTPException } from 'hono/http-exception'
import { dropSubmission, finishSubmission } from '../auth/submissions.ts'
import { Conflict } from '../errors.ts'
import type { C } from '../web/env.ts'
import { settled } from '../web/once.ts'

/**
 * A POST with an `Idempotency-Key` does its work once (F-72): sent again, or twenty times at once, it
 * leads (303) to what came of the first. What is shown once is not shown again.
 *
 * @param work answers with where that is
 */
export async function oncePerKey(c: C, sent: string, work: () => Promise<Response>) {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined || c.req.method !== 'POST') return work()
  if (!/^[\x20-\x7e]{1,200}$/.test(key)) throw new HTTPException(400, { message: badKey })

  const { db, entered } = c.var
  const id = hash(entered!.tokenId, c.req.path, key)
  const claim = await settled(db, id, hash(sent))
  if (claim === 'ours') return worked(c, id, work)
  if (claim === 'other') throw new HTTPException(422, { message: another })
  if (claim === 'under way') throw new Conflict('This is still being worked on.')
  if (claim === 'lost') throw new Conflict('This was sent before. Look whether its work was done.')
  return c.redirect(claim.location!, 303)
}

async function worked(c: C, id: string, work: () => Promise<Response>) {
  try {
    const answer = await work()
    await finishSubmission(c.var.db, id, answer.headers.get('Location'))
    return answer
  } catch (refusal) {
    await dropSubmission(c.var.db, id)
    throw refusal
  }
}

const badKey = 'An Idempotency-Key has 1 to 200 visible characters.'
const another = 'Something else was sent with this Idempotency-Key.'

const hash = (...parts: unknown[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
