import type { Next } from 'hono'
import type { Db } from '../db/database.ts'
import { TooMany } from '../errors.ts'
import type { C } from './env.ts'

interface Pace {
  what: string
  asks: (method: string, path: string) => boolean
  times: number
  seconds: number
}

/** More than anybody at a keyboard asks for; what costs much is not asked for without end (F-133). */
const paces: readonly Pace[] = [
  {
    ...{ what: 'export', times: 60, seconds: 900 },
    asks: (method, path) => method === 'GET' && path.endsWith('.csv'),
  },
  {
    ...{ what: 'search', times: 120, seconds: 60 },
    asks: (method, path) => method === 'GET' && path === '/search',
  },
  {
    ...{ what: 'bulk', times: 200, seconds: 900 },
    asks: (method, path) => method === 'POST' && path.endsWith('/bulk'),
  },
  {
    // a look at ten thousand lines takes about a second
    ...{ what: 'import', times: 100, seconds: 900 },
    asks: (method, path) =>
      /^\/customers\/import\/\d+$/.test(path) ||
      (method === 'POST' && path === '/customers/import'),
  },
]

interface Window {
  count: number
  /** by the clock of this process, in milliseconds */
  ends: number
}

/** Of each process its own: it is there so that one login leaves room for the others. */
const counted = new WeakMap<Db, Map<string, Window>>()

/** @throws {TooMany} */
export async function keepPace(c: C, next: Next) {
  const pace = paces.find(({ asks }) => asks(c.req.method, c.req.path))
  if (pace) requirePace(c.get('db'), `${pace.what} ${c.get('actor').loginId}`, pace)
  return next()
}

/**
 * Counts one more of the same.
 *
 * @throws {TooMany}
 */
export function requirePace(db: Db, key: string, { times, seconds }: Omit<Pace, 'what' | 'asks'>) {
  const windows = counted.get(db) ?? new Map<string, Window>()
  counted.set(db, windows)
  const { count, ends } = countOne(windows, key, seconds)
  if (count > times) {
    const left = Math.ceil((ends - performance.now()) / 1000)
    throw new TooMany('You have asked for this very often. Please wait a little.', left)
  }
}

function countOne(windows: Map<string, Window>, key: string, seconds: number): Window {
  const now = performance.now()
  const known = windows.get(key)
  const window = known && known.ends > now ? known : { count: 0, ends: now + seconds * 1000 }
  window.count++
  windows.set(key, window)
  // One for each login that asked lately; nobody waits for this.
  if (windows.size > 10_000)
    for (const [old, { ends }] of windows) if (ends <= now) windows.delete(old)
  return window
}
