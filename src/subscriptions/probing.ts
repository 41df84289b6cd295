import type { Actor } from '../audit/actor.ts'
import { countFor, windowMinutes } from '../auth/attempts.ts'
import type { Database } from '../db/database.ts'
import { Taken, TooMany } from '../errors.ts'

/** More than anybody mistypes, too few to go through a list of names. */
const most = 40

/**
 * Names are one's own over the whole panel, so that a refusal tells of another provider's customer.
 * Whoever sees everything anyway may ask as often as they like (F-113).
 */
export async function unlessProbing<T>(
  db: Database,
  actor: Actor,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (refusal) {
    if (!(refusal instanceof Taken) || actor.kind === 'admin') throw refusal
    await countTaken(db, actor, 1)
    throw refusal
  }
}

/** @throws {TooMany} when these were too many names of others */
export async function countTaken(db: Database, actor: Actor, names: number): Promise<void> {
  if (names === 0 || actor.kind === 'admin') return
  const times = await countFor(db, 'taken names', actor.accountId, names)
  if (times <= most) return
  throw new TooMany('Too many names that are already in use. Please wait.', windowMinutes * 60)
}
