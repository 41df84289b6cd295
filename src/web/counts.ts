import type { Next } from 'hono'
import { conflictCount, countedConflicts } from '../subscriptions/conflict-count.ts'
import type { C } from './env.ts'

/** What the menu says beside its entries, by their address: what waits for somebody. */
export type Counts = Partial<Record<string, string>>

/** Parts of pages come without a menu. */
export async function counted(c: C, next: Next) {
  const { session, db, show } = c.var
  const sells = session !== null && session.actor.kind !== 'customer'
  if (sells && c.req.header('HX-Request-Type') !== 'partial') {
    const count = await conflictCount(db, session.actor)
    const beyond = count === countedConflicts ? '+' : ''
    c.set('counts', count === 0 ? {} : { '/conflicts': `${show.number(count)}${beyond}` })
  }
  return next()
}
