import { and, eq, sql } from 'drizzle-orm'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts, logins } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { anywhere, asNumber } from '../db/typed.ts'
import { hosts } from '../hosts/schema.ts'
import { visiblePlans } from '../plans/access.ts'
import { plans } from '../plans/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { spellings } from '../subscriptions/searched.ts'
import { bestFirst, type Found, lookedAt, shownOfEach } from './found.ts'
import { findContents } from './found-contents.ts'
import { findJobs } from './found-jobs.ts'

/** Everything of that name that this actor may see (P-3, F-113). */
export async function findEverywhere(db: Db, actor: Actor, q: string): Promise<Found[]> {
  const found = await Promise.all([
    findAccounts(db, actor, q),
    findSubscriptions(db, actor, q),
    findContents(db, actor, q),
    findPlans(db, actor, q),
    actor.kind === 'admin' ? findHosts(db, q) : [],
    findJobs(db, actor, q),
  ])
  return found.flat()
}

/** The one thing that is called exactly so; undefined when there are several, or none. */
export function onlyExact(found: readonly Found[]): Found | undefined {
  const exact = found.filter((one) => one.exact)
  return exact.length === 1 ? exact[0] : undefined
}

function findAccounts(db: Db, actor: Actor, q: string): Promise<Found[]> {
  const typed = q.toLowerCase()
  const number = asNumber(q) ?? 0
  const exact = sql<boolean>`(lower(${accounts.name}) = ${typed} or ${logins.name} = ${typed}
    or lower(${accounts.email}) = ${typed} or ${accounts.id} = ${number})`
  return db
    .select({
      kind: sql<'account'>`'account'`,
      id: accounts.id,
      name: accounts.name,
      more: sql<string>`concat_ws(' · ', nullif(${accounts.company}, ''), ${logins.name})`,
      exact,
    })
    .from(accounts)
    .innerJoin(logins, and(eq(logins.accountId, accounts.id), eq(logins.role, 'owner')))
    .where(sql`${accounts.id} in (
      (select accounts.id from account_words join accounts on accounts.id = account_words.account_id
        where words like ${anywhere(typed)} and ${visibleAccounts(actor)} limit ${lookedAt})
      union select id from accounts where id = ${number} and ${visibleAccounts(actor)})`)
    .orderBy(...bestFirst(exact, sql`lower(${accounts.name})`, typed))
    .limit(shownOfEach)
}

function findSubscriptions(db: Db, actor: Actor, q: string): Promise<Found[]> {
  const plain = spellings(q)
  const exact = sql<boolean>`(${subscriptions.domain} in ${plain} or ${subscriptions.systemUser} in ${plain})`
  const seen =
    actor.kind === 'admin'
      ? sql`true`
      : sql`account_id in (select id from accounts where ${visibleAccounts(actor)})`
  const branches = plain.map(
    (name) => sql`(select subscription_id from subscription_words
      where words like ${anywhere(name)} and ${seen} limit ${lookedAt})`,
  )
  return db
    .select({
      kind: sql<'subscription'>`'subscription'`,
      id: subscriptions.id,
      name: subscriptions.domain,
      more: accounts.name,
      exact,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(sql`${subscriptions.id} in (${sql.join(branches, sql` union `)})`)
    .orderBy(...bestFirst(exact, sql`${subscriptions.domain}`, plain[0]!))
    .limit(shownOfEach)
}

function findPlans(db: Db, actor: Actor, q: string): Promise<Found[]> {
  const typed = q.toLowerCase()
  const name = sql`lower(${plans.name})`
  const exact = sql<boolean>`${name} = ${typed}`
  return db
    .select({
      kind: sql<'plan'>`'plan'`,
      id: plans.id,
      name: plans.name,
      more: accounts.name,
      exact,
    })
    .from(plans)
    .innerJoin(accounts, eq(accounts.id, plans.ownerId))
    .where(and(visiblePlans(actor), sql`${name} like ${anywhere(typed)}`))
    .orderBy(...bestFirst(exact, name, typed))
    .limit(shownOfEach)
}

/** Machines are the admin's. */
function findHosts(db: Db, q: string): Promise<Found[]> {
  const typed = q.toLowerCase()
  const name = sql`lower(${hosts.name})`
  const exact = sql<boolean>`(${name} = ${typed} or ${hosts.address} = ${typed})`
  return db
    .select({
      kind: sql<'host'>`'host'`,
      id: hosts.id,
      name: hosts.name,
      more: sql<string>`coalesce(${hosts.address}, '')`,
      exact,
    })
    .from(hosts)
    .where(sql`(${name} like ${anywhere(typed)} or ${hosts.address} = ${typed})`)
    .orderBy(...bestFirst(exact, name, typed))
    .limit(shownOfEach)
}
