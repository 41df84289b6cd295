import { sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { catalogue, type Values } from '../plans/catalogue.ts'
import { values } from '../plans/values.ts'
import type { Alike } from './alike.ts'
import { type Content, contents, countOf } from './contents.ts'
import type { Affected, Detail } from './plan-effects.ts'

/**
 * Who would contain more than it may: nothing of it is deleted, and nothing can be added until there
 * is less (F-35). Counted are all contents of which there shall be less.
 *
 * @param after what each group would have
 */
export async function belowUse(db: Db, groups: Alike[], after: Values[]): Promise<Affected[]> {
  const found = new Map<number, Detail[]>()
  for (const content of contents) {
    const falling = groups.flatMap(({ ids, values: before }, index) => {
      const limit = falls(values(before)[content.property], after[index]![content.property])
      return limit === null ? [] : [{ ids, limit }]
    })
    for (const { id, used, limit } of await over(db, content, falling)) {
      const { label } = catalogue[content.property]
      found.set(id, [...(found.get(id) ?? []), { label, from: used, to: limit }])
    }
  }
  return together(found)
}

/** The new limit, where it is less than the one before. */
const falls = (before: unknown, after: unknown): number | null =>
  typeof after === 'number' && (typeof before !== 'number' || after < before) ? after : null

interface Falling {
  ids: number[]
  limit: number
}

/** Groups with the same new limit are asked of in one statement. */
async function over(db: Db, content: Content, falling: Falling[]) {
  const byLimit = Map.groupBy(falling, ({ limit }) => limit)
  const found: { id: number; used: number; limit: number }[] = []
  for (const [limit, same] of byLimit) {
    const these = among(
      sql`subscription_id`,
      same.flatMap(({ ids }) => ids),
    )
    const rows = await db.execute<{ id: string; used: string }>(sql`
      select subscription_id as id, count as used from (
        ${countOf(content, these, 'subscription_id')}
      ) as counted where count > ${limit} order by subscription_id`)
    found.push(...rows.map(({ id, used }) => ({ id: Number(id), used: Number(used), limit })))
  }
  return found
}

/** Those of whom the same is said. */
function together(found: Map<number, Detail[]>): Affected[] {
  const alike = Map.groupBy(found, ([, details]) => JSON.stringify(details))
  return [...alike.values()].map((same) => ({
    ids: same.map(([id]) => id),
    details: same[0]![1],
  }))
}
