import { and, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import { visibleAccounts } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Days, within } from '../db/days.ts'
import { anywhere, asNumber } from '../db/typed.ts'
import { asKept } from './matching.ts'

export const accountStatuses = ['active', 'suspended', 'removing', 'trash'] as const

export interface AccountFilters extends Days {
  q?: string | undefined
  kind?: Account['kind'] | undefined
  status?: (typeof accountStatuses)[number] | undefined
  provider?: number | undefined
  plan?: number | undefined
  host?: number | undefined
  over?: 'yes' | undefined
}

/** What this actor sees of what is asked for, for statements that take all of it. */
export function matchingAccounts(actor: Actor, filters: AccountFilters): SQL {
  const { q } = filters
  const found = q
    ? sql`${accounts.id} in (${sql.join(accountsNamed(q), sql` union all `)})`
    : undefined
  return and(chosen(actor, filters), found)!
}

/** For `narrow`: each finds its part by an index. */
export function matchingBranches(actor: Actor, filters: AccountFilters): SQL[] {
  const all = sql`select id from ${accounts} where ${chosen(actor, filters)}`
  if (!filters.q) return [all]
  return accountsNamed(filters.q).map(
    (named) => sql`select ${accounts.id} from ${accounts}
      join (${named}) as named on named.id = ${accounts.id} where ${chosen(actor, filters)}`,
  )
}

/** For a walk through many in some order: looks at one account at a time. */
export function matchingOneByOne(actor: Actor, filters: AccountFilters): SQL {
  const { q } = filters
  return and(chosen(actor, filters), q ? isNamed(q) : undefined)!
}

function chosen(actor: Actor, filters: AccountFilters): SQL {
  const { kind, status, provider, plan, host, over } = filters
  return and(
    visibleAccounts(actor),
    kind && eq(accounts.kind, kind),
    status && states[status],
    provider === undefined ? undefined : eq(accounts.providerId, provider),
    plan === undefined ? undefined : owns(sql`plan_id = ${plan}`),
    host === undefined ? undefined : owns(sql`host_id = ${host}`),
    over && overLimit,
    ...within(accounts.createdAt, filters),
  )!
}

const stays = and(eq(accounts.removing, false), isNull(accounts.trashedUntil))

const states = {
  active: and(eq(accounts.suspended, false), stays),
  suspended: and(eq(accounts.suspended, true), stays),
  removing: eq(accounts.removing, true),
  trash: and(isNotNull(accounts.trashedUntil), eq(accounts.removing, false)),
} satisfies Record<(typeof accountStatuses)[number], SQL | undefined>

const owns = (condition: SQL) =>
  sql`${accounts.id} in (select account_id from subscriptions where ${condition})`

/** R-22 */
const overLimit = sql`${accounts.id} in (
  select subscriptions.account_id from suspensions
  join subscriptions on subscriptions.id = suspensions.subscription_id where reason = 'over limit')`

/** By name, company, e-mail and login, by its subscriptions' domains and system users, by number. */
function accountsNamed(q: string): SQL[] {
  const like = anywhere(q.toLowerCase())
  const number = asNumber(q)
  return [
    sql`select account_id as id from account_words where words like ${like}`,
    ...asKept(q).map(
      (name) => sql`select account_id as id from subscription_words where words like ${name}`,
    ),
    ...(number === undefined ? [] : [sql`select ${number}::bigint as id`]),
  ]
}

/** Scalar, so that Postgres does not look up all accounts first. */
function isNamed(q: string): SQL {
  const names = asKept(q).map((name) => sql`words like ${name}`)
  return sql`((select words like ${anywhere(q.toLowerCase())} from account_words
      where account_words.account_id = ${accounts.id})
    or (select bool_or(${sql.join(names, sql` or `)}) from subscription_words
      where subscription_words.account_id = ${accounts.id})
    or ${accounts.id} = ${asNumber(q) ?? 0})`
}
