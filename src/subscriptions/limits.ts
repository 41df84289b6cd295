import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'

/**
 * A trigger keeps what was measured in step with the values of each subscription that changes. For
 * thousands that takes as long as all the rest: here those that `change` answers follow by one statement.
 */
export async function limitsFollow<Changed extends { id: number }>(
  tx: Transaction,
  change: () => PromiseLike<Changed[]>,
): Promise<Changed[]> {
  await tx.execute(together('together'))
  const changed = await change()
  await tx.execute(together(''))
  await tx.execute(
    sql`select limits_follow(${`{${changed.map(({ id }) => id).join(',')}}`}::bigint[])`,
  )
  return changed
}

const together = (how: string) => sql`select set_config('innkeeper.limits', ${how}, true)`
