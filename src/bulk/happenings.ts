import { accounts } from '../accounts/schema.ts'
import type { Happening } from '../audit/record.ts'
import type { Changes } from '../audit/schema.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { Of } from './schema.ts'

/** One entry for each, as if it had been done alone (F-125). `done`: past tense, `suspended`. */
export async function happenings(
  tx: Transaction,
  of: Of,
  ids: number[],
  done: string,
  changes: Changes = {},
): Promise<Happening[]> {
  const rows =
    of === 'account'
      ? await tx
          .select({ id: accounts.id, name: accounts.name, accountId: accounts.id })
          .from(accounts)
          .where(among(accounts.id, ids))
      : await tx
          .select({
            id: subscriptions.id,
            name: subscriptions.domain,
            accountId: subscriptions.accountId,
          })
          .from(subscriptions)
          .where(among(subscriptions.id, ids))
  return rows.map(({ id, name, accountId }) => ({
    action: `${of}.${done}`,
    object: { kind: of, id, name },
    accountId,
    changes,
  }))
}
