import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Actor } from './actor.ts'
import { auditEntries } from './schema.ts'

/**
 * Who sees what of the trail: an admin all, a reseller what is about it or a customer that it has or
 * had to the end, and everybody what is about them and what they did themselves. Each branch is read
 * by an index of its own; an entry may be in several.
 */
export function visibleEntries({ kind, accountId }: Actor, account?: number): SQL[] {
  if (kind === 'admin') return [sql`true`]
  const about = eq(auditEntries.accountId, accountId)
  const by = eq(auditEntries.actorAccountId, accountId)
  if (kind === 'customer') return [about, by]
  const its = and(eq(auditEntries.providerId, accountId), stillIts)!
  if (account === undefined) return [about, by, its]
  if (account === accountId) return [about]
  const customer = sql`exists (select from accounts
    where id = ${account} and provider_id = ${accountId})`
  // All of a customer's history, from before it came too. Then the others have nothing to add, and
  // would go through all that the reseller has done to see that.
  return [customer, ...[by, its].map((one) => sql`${one} and not ${customer}`)]
}

/** F-112: what became somebody else's customer took its history along. */
const stillIts = sql`not exists (select from accounts where accounts.id = ${auditEntries.accountId}
  and accounts.provider_id is distinct from ${auditEntries.providerId})`

/** Where somebody was, and by which token, is for those above them, and for themselves. */
export const visibleAddress = (actor: Actor) => onlyAbove(actor, sql`${auditEntries.address}`)
export const visibleToken = (actor: Actor) => onlyAbove(actor, sql`${auditEntries.token}`)

const onlyAbove = ({ kind, accountId }: Actor, what: SQL): SQL<string | null> =>
  kind === 'admin'
    ? sql`${what}`
    : sql`case when ${auditEntries.actorAccountId} = ${accountId} or exists (select from accounts
        where accounts.id = ${auditEntries.actorAccountId} and accounts.provider_id = ${accountId})
        then ${what} end`
