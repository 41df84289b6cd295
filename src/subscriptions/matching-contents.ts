import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { isFew } from '../db/narrowing.ts'
import { anywhere, asNumber, wordsLike } from '../db/typed.ts'
import type { ContentTable } from './content-access.ts'
import {
  isNamed,
  matchingSubscriptionBranches,
  matchingSubscriptionsOneByOne,
  type SubscriptionFilters,
} from './matching.ts'
import { subscriptions } from './schema.ts'

/** What a list of contents goes through. */
export interface Contents {
  table: ContentTable
  /** what it is found by, just as its index of trigrams has it */
  words: SQL
  /** the list is about some of the table's rows only */
  only?: SQL | undefined
  /** they are what their subscription is found by, so that finding that is not finding all of them */
  names?: boolean
}

export interface ContentFilters
  extends Omit<SubscriptionFilters, 'q' | 'timeZone' | 'from' | 'to' | 'sync' | 'over'> {
  q?: string | undefined
  subscription?: number | undefined
}

/** For `narrow`: what is called so, and what is in subscriptions or belongs to accounts called so. */
export function matchingContentBranches(
  actor: Actor,
  contents: Contents,
  filters: ContentFilters,
): SQL[] {
  const { table, only } = contents
  const { q, subscription, ...rest } = filters
  const own = and(only, ofThat(contents, subscription))
  const those = (from: SQL, ...conditions: (SQL | undefined)[]) =>
    sql`select ${table.id} as id from ${from} where ${and(own, ...conditions) ?? sql`true`}`
  const all = sql`${table}`
  const inside = (branch: SQL) => sql`${table.subscriptionId} in (${branch})`
  // None finds one twice, and what is joined may end with the first thousand; `in` looks for all first.
  const among = (branch: SQL) =>
    sql`(${branch}) as found join ${table} on ${table.subscriptionId} = found.id`
  const [theirs] = matchingSubscriptionBranches(actor, { ...rest, timeZone })
  const seen = asksAll(actor, rest) ? undefined : inside(theirs!)
  if (!q) return [those(all, seen)]
  // What all have in common is found soonest by going through all, which only shows when it is seen.
  const named = matchingSubscriptionBranches(actor, { ...rest, q, timeZone }, wordsLike)
  const called = those(all, isCalled(contents, q), seen)
  // Most that are named so are by what is called so: none of them is another, however many one looks at.
  const other = contents.names ? and(isFew(called), isUsers(contents, q)) : undefined
  return [called, ...named.map((branch) => those(among(branch), other))]
}

/** For a walk through many in some order, with `subscriptions` joined: looks at one at a time. */
export function matchingContentsOneByOne(
  actor: Actor,
  contents: Contents,
  { q, subscription, ...rest }: ContentFilters,
): SQL {
  return and(
    contents.only,
    ofThat(contents, subscription),
    matchingSubscriptionsOneByOne(actor, { ...rest, timeZone }),
    q
      ? sql`(${isCalled(contents, q)} or ${contents.names ? isUsers(contents, q) : isNamed(q)})`
      : undefined,
  )!
}

/** No days are asked for. */
const timeZone = 'UTC'

/** Then nobody need look at the subscriptions to know which contents are meant. */
const asksAll = (actor: Actor, filters: object): boolean =>
  actor.kind === 'admin' && Object.values(filters).every((value) => value === undefined)

const ofThat = ({ table }: Contents, subscription: number | undefined) =>
  subscription === undefined ? undefined : eq(table.subscriptionId, subscription)

const isCalled = ({ table, words }: Contents, q: string): SQL =>
  sql`(${words} like ${anywhere(q.toLowerCase())} or ${table.id} = ${asNumber(q) ?? 0})`

/** Of a subscription with such a user, or of an account of that name. */
const isUsers = ({ table }: Contents, q: string): SQL => sql`(
  select "system_user" like ${anywhere(q.toLowerCase())} or ${subscriptions.id} = ${asNumber(q) ?? 0}
    or (select words like ${anywhere(q.toLowerCase())} from account_words
      where account_words.account_id = ${subscriptions.accountId})
  from ${subscriptions} where ${subscriptions.id} = ${table.subscriptionId})`
