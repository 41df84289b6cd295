import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Seen } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { type Days, within } from '../db/days.ts'
import { wordsLike, wordsLikeUnseen } from '../db/typed.ts'
import { listedSubscriptions } from './access.ts'
import { subscriptions } from './schema.ts'
import { type Searched, searched } from './searched.ts'

export const subscriptionStatuses = ['active', 'suspended', 'removing', 'trash'] as const
export const syncStates = ['synced', 'unsynced', 'locked'] as const

/** yes: more was measured than it may use (S-61, S-66) · suspended: it is out of service for that (R-22) */
export const overs = ['yes', 'suspended'] as const
export type Over = (typeof overs)[number]

export interface SubscriptionFilters extends Days {
  q?: string | Searched | undefined
  status?: (typeof subscriptionStatuses)[number] | undefined
  sync?: (typeof syncStates)[number] | undefined
  account?: number | undefined
  provider?: number | undefined
  /** a number, or `none`: custom */
  plan?: number | undefined
  host?: number | undefined
  over?: Over | undefined
}

/** What this actor sees of what is asked for, for statements that take all of it. */
export function matchingSubscriptions(seen: Seen, filters: SubscriptionFilters): SQL {
  const { q } = filters
  const found = q
    ? sql`${subscriptions.id} in (${sql.join(subscriptionsNamed(q), sql` union all `)})`
    : undefined
  return and(chosen(seen, filters), found)!
}

/** For `narrow`: each finds its part by an index. */
export function matchingSubscriptionBranches(
  seen: Seen,
  filters: SubscriptionFilters,
  like = isUnseen(seen, filters) ? wordsLikeUnseen : wordsLike,
): SQL[] {
  if (!filters.q) return [sql`select id from ${subscriptions} where ${chosen(seen, filters)}`]
  return subscriptionsNamed(filters.q, like).map(
    (named) => sql`select ${subscriptions.id} from ${subscriptions}
      join (${named}) as named on named.id = ${subscriptions.id} where ${chosen(seen, filters)}`,
  )
}

/** For a walk through many in some order: looks at one at a time. */
export function matchingSubscriptionsOneByOne(seen: Seen, filters: SubscriptionFilters): SQL {
  const { q } = filters
  return and(chosen(seen, filters), q ? isNamed(q) : undefined)!
}

function chosen(seen: Seen, filters: SubscriptionFilters): SQL {
  const { status, sync, account, provider, plan, host, over } = filters
  return and(
    listedSubscriptions(seen),
    status && states[status],
    sync && syncs[sync],
    account === undefined ? undefined : eq(subscriptions.accountId, account),
    provider === undefined ? undefined : owned(eq(accounts.providerId, provider)),
    plan === undefined ? undefined : eq(subscriptions.planId, plan),
    host === undefined ? undefined : eq(subscriptions.hostId, host),
    over && sql`${subscriptions.id} in (${overLimit[over]})`,
    ...within(subscriptions.createdAt, filters),
  )!
}

const owned = (condition: SQL) =>
  sql`${subscriptions.accountId} in (select ${accounts.id} from ${accounts} where ${condition})`

const stays = sql`not ${subscriptions.removing} and ${subscriptions.trashedUntil} is null`

/** In the words of their indexes: a parameter would hide them from the planner. */
const states = {
  active: sql`not ${subscriptions.suspended} and ${stays}`,
  suspended: sql`${subscriptions.suspended} and ${stays}`,
  removing: sql`${subscriptions.removing}`,
  trash: sql`${subscriptions.trashedUntil} is not null and not ${subscriptions.removing}`,
} satisfies Record<(typeof subscriptionStatuses)[number], SQL>

/** Three of one axis that has nothing to do with suspension (P-43). */
const syncs = {
  locked: sql`${subscriptions.locked}`,
  unsynced: sql`${subscriptions.unsynced} and not ${subscriptions.locked}
    and not ${subscriptions.removing}`,
  synced: sql`not ${subscriptions.unsynced} and not ${subscriptions.locked}`,
} satisfies Record<(typeof syncStates)[number], SQL>

/** Nothing else narrows what such a search finds, so it can only begin with the words. */
export const isUnseen = ({ kind }: Seen, filters: Words) => kind === 'admin' && isWords(filters)

type Words = Days & { q?: string | Searched | undefined }

/** Words that an index finds, and nothing else, are asked for. */
export const isWords = ({ timeZone: _, ...asked }: Words) =>
  Object.values(asked).filter((one) => one !== undefined).length === 1 &&
  asked.q !== undefined &&
  searched(asked.q).long

/** Which subscriptions are. */
export const overLimit: Record<Over, SQL> = {
  yes: sql`select subscription_id from measured where over`,
  suspended: sql`select subscription_id from suspensions where reason = 'over limit'`,
}

/** By domains and system user, by its owner's names, by number. */
function subscriptionsNamed(q: string | Searched, by = wordsLike): SQL[] {
  const { like, asKept, number } = searched(q)
  return [
    ...asKept.map(
      (name) => sql`select subscription_id as id from subscription_words where ${by(name)}`,
    ),
    sql`select subscriptions.id from account_words
      join subscriptions on subscriptions.account_id = account_words.account_id
      where ${by(like)}`,
    ...(number === undefined ? [] : [sql`select ${number}::bigint as id`]),
  ]
}

/** Scalar, so that Postgres does not look up all of them first. */
export function isNamed(q: string | Searched): SQL {
  const { like, asKept, number = 0 } = searched(q)
  const names = asKept.map((name) => sql`words like ${name}`)
  return sql`((select ${sql.join(names, sql` or `)} from subscription_words
      where subscription_words.subscription_id = ${subscriptions.id})
    or (select words like ${like} from account_words
      where account_words.account_id = ${subscriptions.accountId})
    or ${subscriptions.id} = ${number})`
}
