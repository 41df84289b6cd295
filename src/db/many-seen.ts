import type { Db } from './database.ts'
import type { Shape } from './narrowing.ts'

const patienceMs = 10_000
/** Of readers and what they ask for; nothing is lost with them. */
const mostKept = 10_000

const seen = new WeakMap<Db, Map<string, number>>()

/**
 * Whether a list had more rows than are counted some seconds ago. That is believed, for to find a
 * thousand again takes as long as the page, and it is wrong only for who removes most of them meanwhile.
 */
export function wereMany(db: Db, shape: Shape): boolean {
  return performance.now() < (seen.get(db)?.get(keyOf(shape)) ?? 0)
}

export function noteMany(db: Db, shape: Shape) {
  const mine = seen.get(db) ?? new Map<string, number>()
  seen.set(db, mine)
  if (mine.size >= mostKept) mine.clear()
  mine.set(keyOf(shape), performance.now() + patienceMs)
}

const keyOf = ({ name, values }: Shape) => `${name} ${Object.values(values).join(' ')}`
