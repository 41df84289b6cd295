import { sql } from 'drizzle-orm'
import type { Seen } from '../accounts/access.ts'
import type { Shape } from '../db/narrowing.ts'
import { type Searched, withPlaces } from '../subscriptions/searched.ts'
import type { C } from './env.ts'

interface Written<Filters> {
  seen: Seen
  asked: Omit<Filters, 'q'> & { q?: string | Searched | undefined }
  /** for `built`; undefined where the statement holds what was chosen */
  shape?: Shape
}

/** How a list's statements are written: one for all whose question differs only by who they are and what they typed. */
export function alike<Filters extends { q?: string | undefined }>(
  c: C,
  { words, filters }: { words: string | undefined; filters: Filters },
): Written<Filters> {
  const actor = c.get('actor')
  if (words === undefined) return { seen: actor, asked: filters }
  const search = filters.q ? withPlaces(filters.q) : undefined
  return {
    seen: { kind: actor.kind, accountId: sql.placeholder('me') },
    asked: { ...filters, q: search?.places },
    shape: {
      name: `${actor.kind} ${words} ${search?.name}`,
      values: { me: actor.accountId, ...search?.values },
    },
  }
}
