import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { TooMany } from '../errors.ts'
import { attempts } from './schema.ts'

export const windowMinutes = 15
const perPair = 10
const perPeer = 100
const perName = 100
/** From here on an address costs us no hashing any more; it knows by now that it is shut out. */
const flood = 20 * perPeer

export interface Attempt {
  pair: string
  peer: string
  name: string
}

/** `name` is what somebody calls itself, `address` where it really comes from. */
export function attemptBy(name: string, address: string | null): Attempt {
  const from = network(address)
  return { pair: key('pair', name, from), peer: key('peer', from), name: key('name', name) }
}

/**
 * Counts a try before it is made, so that many at once do not slip through; false when it is one
 * too many. A name under fire from many addresses leaves each address a single try, so its owner
 * still gets in from elsewhere (F-103).
 *
 * @throws TooMany when one address goes on and on
 */
export async function allowAttempt(db: Db, { pair, peer, name }: Attempt): Promise<boolean> {
  const counts = await count(db, [pair, peer, name])
  const [ofPair, ofPeer, ofName] = [pair, peer, name].map((key) => counts.get(key) ?? 0)
  if (ofPeer! > flood) throw new TooMany('Too many tries. Please wait.', windowMinutes * 60)
  return ofPair! <= perPair && ofPeer! <= perPeer && (ofName! <= perName || ofPair === 1)
}

/** A right password is no try: an office behind one address must not lock itself out. */
export async function forgetAttempt(db: Db, { pair, peer, name }: Attempt) {
  await db.delete(attempts).where(eq(attempts.key, pair))
  for (const key of [peer, name]) {
    await db
      .update(attempts)
      .set({ count: sql`greatest(${attempts.count} - 1, 0)` })
      .where(eq(attempts.key, key))
  }
}

/** How often somebody did something within a quarter of an hour, this time included. */
export async function countFor(
  db: Db,
  what: string,
  accountId: number,
  times = 1,
): Promise<number> {
  const own = key(what, String(accountId))
  return (await count(db, [own], times)).get(own)!
}

/** Likewise by where somebody comes from. */
export async function countFrom(db: Db, what: string, address: string | null): Promise<number> {
  const own = key(what, network(address))
  return (await count(db, [own])).get(own)!
}

/** What was counted turned out well. */
export const forgetCount = (db: Db, what: string, accountId: number) =>
  db.delete(attempts).where(eq(attempts.key, key(what, String(accountId))))

/** For the schedule. */
export const sweepAttempts = (db: Db) => db.delete(attempts).where(sql`${over}`)

const over = sql`${attempts.since} < now() - make_interval(mins => ${windowMinutes})`

/** Always in the same order, or two that count at once could wait for each other. */
async function count(db: Db, keys: string[], times = 1): Promise<Map<string, number>> {
  const rows = await db
    .insert(attempts)
    .values(keys.toSorted().map((key) => ({ key, count: times, since: sql`now()` })))
    .onConflictDoUpdate({
      target: attempts.key,
      set: {
        count: sql`case when ${over} then ${times}::integer else ${attempts.count} + ${times}::integer end`,
        since: sql`case when ${over} then now() else ${attempts.since} end`,
      },
    })
    .returning()
  return new Map(rows.map((row) => [row.key, row.count]))
}

/** Hashed, because people type passwords into the field for their name. */
const key = (...parts: string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

/** Who has one IPv6 address has a whole /64 of them. */
function network(address: string | null): string {
  if (address === null) return 'unknown'
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const before = head.split(':').filter(Boolean)
  const after = tail.split(':').filter(Boolean)
  const zeros = Array.from({ length: Math.max(8 - before.length - after.length, 0) }, () => '0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
