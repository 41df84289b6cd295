import { and, eq, exists, isNull, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { resellers } from '../plans/schema.ts'
import { subscriptions } from './schema.ts'

/**
 * M-30: the switch of the account, and what it was sold: of a reseller its contract, of a customer any
 * of its subscriptions.
 *
 * @throws {Forbidden}
 */
export async function requireApiAccess(db: Db, { accountId, kind }: Actor): Promise<void> {
  const [row] = await db
    .select({
      on: accounts.apiAccess,
      sold: kind === 'admin' ? sql<boolean>`true` : sold(db, kind),
    })
    .from(accounts)
    .where(eq(accounts.id, accountId))
  if (!row?.on) throw new Forbidden('API access is off for this account.')
  if (!row.sold) throw new Forbidden('API access is not part of what this account was sold.')
}

function sold(db: Db, kind: 'reseller' | 'customer'): SQL<boolean> {
  const own =
    kind === 'reseller'
      ? db
          .select({ one: sql`1` })
          .from(resellers)
          .where(and(eq(resellers.accountId, accounts.id), has(resellers.values)))
      : db
          .select({ one: sql`1` })
          .from(subscriptions)
          .where(
            and(
              eq(subscriptions.accountId, accounts.id),
              eq(subscriptions.removing, false),
              isNull(subscriptions.trashedUntil),
              has(subscriptions.values),
            ),
          )
  return exists(own) as SQL<boolean>
}

const has = (values: typeof resellers.values | typeof subscriptions.values) =>
  sql`${values} -> 'api' = 'true'`
