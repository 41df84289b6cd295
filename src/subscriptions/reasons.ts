import { and, count, eq, inArray, or, sql } from 'drizzle-orm'
import { mayWrite } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import {
  type Subscription,
  type Suspension,
  type SuspensionReason,
  subscriptions,
  suspensions,
} from './schema.ts'

/** As what an actor suspends. */
export const ownReason = (actor: Actor): SuspensionReason => actor.kind

/** R-4; `expired` ends with a renewal and `over limit` by itself, so nobody lifts them by hand. */
export function liftable(actor: Actor): SuspensionReason[] {
  switch (actor.kind) {
    case 'admin':
      return ['admin', 'reseller', 'customer', 'provider']
    case 'reseller':
      return ['reseller', 'customer']
    case 'customer':
      return ['customer']
  }
}

export interface Standing {
  reason: SuspensionReason
  /** what it was said of: the subscription, its account, or an account above */
  of: 'subscription' | 'account' | 'provider'
  /** for the customer; one said of a provider is not for its customers */
  text: string
  authorName: string
  at: Date
  /** the reader may lift it */
  liftable: boolean
  /** where: on the page of what it was said of */
  href: string
}

/** Why this account is suspended: its own reasons, then those of the accounts above it. */
export async function reasonsOfAccount(db: Db, actor: Actor, id: number): Promise<Standing[]> {
  const rows = await db
    .select()
    .from(suspensions)
    .where(inArray(suspensions.accountId, chainOf(id)))
    .orderBy(suspensions.id)
  return rows.map((row) => standing(actor, row, row.accountId === id ? 'account' : 'provider'))
}

export async function reasonsOfSubscription(
  db: Db,
  actor: Actor,
  { id, accountId }: Subscription,
): Promise<Standing[]> {
  const rows = await db
    .select()
    .from(suspensions)
    .where(
      or(eq(suspensions.subscriptionId, id), inArray(suspensions.accountId, chainOf(accountId))),
    )
    .orderBy(suspensions.id)
  return rows.map((row) =>
    standing(
      actor,
      row,
      row.subscriptionId === id
        ? 'subscription'
        : row.accountId === accountId
          ? 'account'
          : 'provider',
    ),
  )
}

/** Of an account that is active again: each has a reason of its own. */
export async function stillSuspended(db: Db, accountId: number): Promise<number> {
  const [row] = await db
    .select({ still: count() })
    .from(subscriptions)
    .where(and(eq(subscriptions.accountId, accountId), eq(subscriptions.suspended, true)))
  return row!.still
}

const chainOf = (id: number) => sql`(with recursive chain as (
    select id, provider_id from ${accounts} where id = ${id}
    union all
    select above.id, above.provider_id from chain join ${accounts} above on above.id = chain.provider_id
  ) select id from chain)`

function standing(actor: Actor, row: Suspension, of: Standing['of']): Standing {
  const forReader = of !== 'provider' || actor.kind === 'admin'
  return {
    reason: row.reason,
    of,
    text: forReader ? row.text : '',
    authorName: row.authorName,
    at: row.at,
    liftable: forReader && mayWrite(actor) && liftable(actor).includes(row.reason),
    href:
      row.subscriptionId === null
        ? `/customers/${row.accountId}/suspension`
        : `/subscriptions/${row.subscriptionId}/suspension`,
  }
}
