import { sql } from 'drizzle-orm'
import type { Aside } from '../auth/session-store.ts'
import { type Offered, offeredToAccount } from '../lists/choices.ts'
import { conflictCount } from '../subscriptions/conflict-count.ts'
import type { C } from './env.ts'

/** What pages want that the statement of the session brings with it. */
export interface Besides {
  conflicts: number
  /** for the lists below only */
  offered?: Offered['all']
}

const usual: Aside<Besides> = {
  name: 'conflicts',
  of: sql`json_build_object('conflicts', ${conflictCount})`,
}

const withChoices = {
  name: 'conflicts and choices',
  of: sql<Besides>`json_build_object('conflicts', ${conflictCount}, 'offered', ${offeredToAccount})`,
}

/** The longest lists, which somebody sees all day: for them it is a statement less. */
const lists = new Set(['/customers', '/subscriptions'])

/** `chosen`: what the address names, which is offered first. */
export function asideOf(c: C): {
  aside: Aside<Besides>
  chosen: { provider: number; plan: number }
} {
  const chosen = { provider: numbered(c, 'provider'), plan: numbered(c, 'plan') }
  const aside = lists.has(c.req.path) ? { ...withChoices, values: chosen } : usual
  return { aside, chosen }
}

function numbered(c: C, name: string): number {
  const typed = c.req.query(name) ?? ''
  return /^[1-9]\d{0,14}$/.test(typed) ? Number(typed) : 0
}
