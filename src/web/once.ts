import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Next } from 'hono'
import {
  type Claim,
  claimSubmission,
  dropSubmission,
  finishSubmission,
} from '../auth/submissions.ts'
import type { Database } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import type { C } from './env.ts'
import { leaveFor } from './respond.ts'

const patienceMs = 15_000

/** Double click, reload, twenty at once: one does the work, the others are led where it led (F-72). */
export async function onceOnly(c: C, next: Next) {
  const once = c.get('once')
  if (!once) return next()
  const { db } = c.var
  const id = submissionId(c, once)
  const claim = await settled(db, id)

  if (claim === 'ours') {
    await next()
    // A look at what the form would send is not the sending.
    if (c.res.status < 400 && !c.get('framed')) await finishSubmission(db, id, whereTo(c.res))
    else await dropSubmission(db, id)
    return
  }
  if (claim === 'under way') {
    throw new Conflict('This form was already sent and is still being worked on.')
  }
  if (claim === 'lost' || claim === 'other') {
    throw new Conflict('This form was sent before. Look whether its work was done.')
  }
  return claim.location === null ? c.body(null, 204) : leaveFor(c, claim.location)
}

/** Waits for the one that came first; when that was refused, the next one tries. */
export async function settled(db: Database, id: string, content?: string): Promise<Claim> {
  const end = performance.now() + patienceMs
  for (;;) {
    const claim = await claimSubmission(db, id, content)
    if (claim !== 'under way' || performance.now() > end) return claim
    await pause(50)
  }
}

const submissionId = (c: C, once: string) =>
  createHash('sha256')
    .update(JSON.stringify([c.get('session')?.cookie, c.req.path, once]))
    .digest('base64url')

const whereTo = ({ headers }: Response) => headers.get('Location') ?? headers.get('HX-Redirect')
