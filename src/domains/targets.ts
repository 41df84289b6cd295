import { and, asc, eq, not, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { shownDomain } from '../names/domain.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'

/** A subscription to be chosen as the place of a new name. */
export interface Target {
  id: number
  domain: string
  systemUser: string
  customer: string
}

/** More than anybody looks through: then one searches. */
export const mostTargets = 50

/** S-57: what the reader may put a name onto, by name; one more than are shown, to say so. */
export async function targets(db: Db, actor: Actor, narrowed?: SQL): Promise<Target[]> {
  const rows = await db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      systemUser: subscriptions.systemUser,
      customer: accounts.name,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(visibleSubscriptions(db, actor), not(subscriptions.removing), narrowed))
    .orderBy(asc(subscriptions.domain))
    .limit(mostTargets + 1)
  return rows.map((row) => ({ ...row, domain: shownDomain(row.domain) }))
}
