import { sql } from 'drizzle-orm'
import type { Seen } from '../accounts/access.ts'
import type { Shape } from '../db/narrowing.ts'
import type { C } from './env.ts'

interface Written {
  seen: Seen
  /** for `built`; undefined where the statement holds what was typed */
  shape?: Shape
}

/** How a list's statements are written: one for all whose question differs only by who they are. */
export function alike(c: C, words: string | undefined): Written {
  const actor = c.get('actor')
  return words === undefined
    ? { seen: actor }
    : {
        seen: { kind: actor.kind, accountId: sql.placeholder('me') },
        shape: { name: `${actor.kind} ${words}`, values: { me: actor.accountId } },
      }
}
