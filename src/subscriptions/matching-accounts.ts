import { and, eq, type SQL, sql } from 'drizzle-orm'
import { type Seen, visibleAccountParts, visibleAccounts } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Days, within } from '../db/days.ts'
import type { ByWords } from '../db/narrowing.ts'
import { wordsLike, wordsLikeUnseen } from '../db/typed.ts'
import { isUnseen, isWords, type Over, overLimit } from './matching.ts'
import { type Searched, searched } from './searched.ts'

export const accountStatuses = ['active', 'suspended', 'removing', 'trash'] as const

export interface AccountFilters extends Days {
  q?: string | Searched | undefined
  kind?: Account['kind'] | undefined
  status?: (typeof accountStatuses)[number] | undefined
  provider?: number | undefined
  plan?: number | undefined
  host?: number | undefined
  over?: Over | undefined
}

/** What this actor sees of what is asked for, for statements that take all of it. */
export function matchingAccounts(actor: Actor, filters: AccountFilters): SQL {
  const { q } = filters
  const found = q
    ? sql`${accounts.id} in (${sql.join(accountsNamed(q), sql` union all `)})`
    : undefined
  return and(chosen(visibleAccounts(actor), filters), found)!
}

/** For `narrow`: each finds its part by an index. */
export function matchingBranches(seen: Seen, filters: AccountFilters): SQL[] {
  const { q } = filters
  const those = (from: SQL, which: SQL) => sql`select ${accounts.id} from ${from} where ${which}`
  const named =
    q &&
    accountsNamed(q, isUnseen(seen, filters) ? wordsLikeUnseen : wordsLike).map(
      (words) => sql`${accounts} join (${words}) as named on named.id = ${accounts.id}`,
    )
  return visibleAccountParts(seen).flatMap(({ part, one }) =>
    // To find its ways to a single one by words takes the planner as long as to find those to all.
    named && !one
      ? named.map((from) => those(from, chosen(part, filters)))
      : [those(sql`${accounts}`, oneByOne(part, filters))],
  )
}

/** For `narrowByWords`, where that is sooner than to look for all that this actor sees. */
export function matchingByWords(seen: Seen, filters: AccountFilters): (() => ByWords) | undefined {
  const { q } = filters
  if (!q || seen.kind !== 'reseller' || !isWords(filters)) return undefined
  return () => ({
    branches: accountsNamed(q),
    meant: sql`(select ${visibleAccounts(seen)} from ${accounts} where ${accounts.id} = found.id)`,
  })
}

/** For walks through many in some order: they look at one account at a time. */
export const matchingOneByOne = (seen: Seen, filters: AccountFilters): SQL[] =>
  visibleAccountParts(seen).map(({ part }) => oneByOne(part, filters))

const oneByOne = (visible: SQL, filters: AccountFilters): SQL =>
  and(chosen(visible, filters), filters.q ? isNamed(filters.q) : undefined)!

function chosen(visible: SQL, filters: AccountFilters): SQL {
  const { kind, status, provider, plan, host, over } = filters
  return and(
    visible,
    kind && sql`${accounts.kind} = ${sql.raw(`'${kind}'`)}`,
    status && states[status],
    provider === undefined ? undefined : eq(accounts.providerId, provider),
    plan === undefined ? undefined : owns(sql`plan_id = ${plan}`),
    host === undefined ? undefined : owns(sql`host_id = ${host}`),
    over && owns(sql`id in (${overLimit[over]})`),
    ...within(accounts.createdAt, filters),
  )!
}

const stays = sql`not ${accounts.removing} and ${accounts.trashedUntil} is null`

/** In the words of their indexes: a parameter would hide them from the planner. */
const states = {
  active: sql`not ${accounts.suspended} and ${stays}`,
  suspended: sql`${accounts.suspended} and ${stays}`,
  removing: sql`${accounts.removing}`,
  trash: sql`${accounts.trashedUntil} is not null and not ${accounts.removing}`,
} satisfies Record<(typeof accountStatuses)[number], SQL>

const owns = (condition: SQL) =>
  sql`${accounts.id} in (select account_id from subscriptions where ${condition})`

/** By name, company, e-mail and login, by its subscriptions' domains and system users, by number. */
function accountsNamed(q: string | Searched, by = wordsLike): SQL[] {
  const { like, asKept, number } = searched(q)
  return [
    sql`select account_id as id from account_words where ${by(like)}`,
    ...asKept.map((name) => sql`select account_id as id from subscription_words where ${by(name)}`),
    ...(number === undefined ? [] : [sql`select ${number}::bigint as id`]),
  ]
}

/** Scalar, so that Postgres does not look up all accounts first. */
function isNamed(q: string | Searched): SQL {
  const { like, asKept, number = 0 } = searched(q)
  const names = asKept.map((name) => sql`words like ${name}`)
  return sql`((select words like ${like} from account_words
      where account_words.account_id = ${accounts.id})
    or (select bool_or(${sql.join(names, sql` or `)}) from subscription_words
      where subscription_words.account_id = ${accounts.id})
    or ${accounts.id} = ${number})`
}
