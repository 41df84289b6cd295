import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import { arrayOf } from '../db/many.ts'

/**
 * Triggers keep what was measured in step with the values of each subscription that changes, and count
 * what its seller has sold. For thousands that takes as long as all the rest: what `change` does to
 * these, and to no others, is followed by a few statements. The caller holds their rows.
 */
export async function followedTogether<Changed extends { id: number }>(
  tx: Transaction,
  ids: number[],
  change: () => PromiseLike<Changed[]>,
): Promise<Changed[]> {
  await tx.execute(sql`select set_config('innkeeper.follow', 'together', true),
    sales_follow(${arrayOf(ids)}::bigint[], -1)`)
  const changed = await change()
  await tx.execute(sql`select set_config('innkeeper.follow', '', true),
    sales_follow(${arrayOf(ids)}::bigint[], 1), limits_follow(${arrayOf(changed.map(({ id }) => id))}::bigint[])`)
  return changed
}
