import { and, not, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { written } from '../db/written.ts'
import { listedSubscriptions } from './access.ts'
import { subscriptions } from './schema.ts'

/** Beyond these nobody counts on. */
export const countedConflicts = 1000

/**
 * How many subscriptions lack something, of those that an account of a statement sells: asked for every
 * page, so beside what every page asks, and counted in their own index only.
 */
export const conflictCount = sql<number>`case ${accounts.kind}
  when 'admin' then ${counted('admin')} when 'reseller' then ${counted('reseller')} else 0 end`

function counted(kind: 'admin' | 'reseller') {
  const open = and(
    listedSubscriptions({ kind, accountId: accounts.id }),
    // in the words of its index: a parameter would hide it from the planner
    sql`${subscriptions.unsynced}`,
    not(subscriptions.locked),
    not(subscriptions.removing),
  )
  return sql`(select count(*)::integer from
    (select from ${subscriptions} where ${open} limit ${written(countedConflicts)}) as some_of_them)`
}
