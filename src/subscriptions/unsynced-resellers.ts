import type { Db } from '../db/database.ts'
import { contractsOf } from '../plans/contract.ts'
import { shortages } from './shortage.ts'

/** Those who have sold more than they have by now, as after the change of a reseller plan (P-42). */
export async function unsyncedResellers(db: Db, ids: number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const short = await shortages(db, await contractsOf(db, ids))
  return new Set([...short].filter(([, found]) => found.length > 0).map(([id]) => id))
}
