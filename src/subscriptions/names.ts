import { hostname } from 'node:os'
import { eq, or, sql } from 'drizzle-orm'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { amongTexts } from '../db/many.ts'
import { Invalid, Taken } from '../errors.ts'
import { hosts } from '../hosts/schema.ts'
import { namesAbove, registeredPart } from '../names/domain.ts'
import { lockName } from '../names/lock.ts'
import { mayProvideFor } from './access.ts'
import { domains, subscriptions } from './schema.ts'

/** who makes the name, and whether they agreed to its lying below another account's. */
export interface Consent {
  actor: Actor
  given: boolean
}

/**
 * Waits for everybody who wants a name below the same registered domain, so that of twenty at once
 * one gets it and the others are told (F-15). Says nothing about whose it is (F-113).
 *
 * @throws {Invalid} at `domain`
 */
export async function claimDomain(
  tx: Transaction,
  account: Account,
  domain: string,
  consent: Consent,
) {
  await lockName(tx, `domain ${registeredPart(domain)}`)
  const refused = (await refusedDomains(tx, account, [domain], consent)).get(domain)
  if (refused) throw refused.why
}

export interface RefusedName {
  why: Invalid
  /** what stands in the way is the actor's to see anyway */
  own: boolean
}

/** Why these names cannot be had, any number of them in two statements. */
export async function refusedDomains(
  db: Db,
  account: Pick<Account, 'id' | 'providerId'>,
  names: string[],
  consent: Consent,
): Promise<Map<string, RefusedName>> {
  const reserved = await ourOwn(db, names)
  const found = await inUse(db, account, names)
  const byName = Map.groupBy(found, ({ domain }) => domain)
  const refusals = names.flatMap((name): [string, RefusedName][] => {
    if (reserved.has(name)) {
      return [[name, { why: new Invalid('domain', 'This name is reserved.'), own: true }]]
    }
    const [same] = byName.get(name) ?? []
    if (same) return [[name, { why: taken(same), own: mayProvideFor(consent.actor, same.account) }]]
    // what lies below somebody's domain is theirs to give.
    const above = namesAbove(name).flatMap((one) => byName.get(one) ?? [])
    const others = above.filter((one) => one.account.id !== account.id)
    const refused = others.flatMap((one) => withoutConsent(consent, one) ?? [])
    return refused.length > 0 ? [[name, refused[0]!]] : []
  })
  return new Map(refusals)
}

interface Found {
  removing: boolean
  trashed: boolean
  domain: string
  account: Account
}

const inUse = (db: Db, account: Pick<Account, 'providerId'>, names: string[]): Promise<Found[]> =>
  db
    .select({
      removing: subscriptions.removing,
      domain: domains.name,
      account: accounts,
      // whose trash it is in, so that nobody learns of others' (F-113)
      trashed: sql<boolean>`(${subscriptions.trashedUntil} is not null or ${accounts.trashedUntil} is not null)
        and ${accounts.providerId} is not distinct from ${account.providerId}`,
    })
    .from(domains)
    .innerJoin(subscriptions, eq(subscriptions.id, domains.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(amongTexts(domains.name, [...new Set([...names, ...names.flatMap(namesAbove)])]))

function taken({ trashed, removing }: Found): Taken {
  if (trashed) {
    return new Taken(
      'domain',
      'This domain is in the trash. Restore it, or remove it for good first.',
    )
  }
  return removing
    ? new Taken('domain', 'This domain is still being removed. Try again when that is done.')
    : new Taken('domain', 'This domain is already in use.')
}

/** Only who provides for the account above may agree for it; others learn nothing of it (F-113). */
function withoutConsent(
  { actor, given }: Consent,
  { domain, account: { name, ...account } }: Found,
): RefusedName | null {
  if (!mayProvideFor(actor, account)) {
    const why = new Taken('domain', 'This name belongs to a domain that is already in use.')
    return { why, own: false }
  }
  const sentence = 'This name lies below {domain} of {name}. Check the box to agree.'
  return given ? null : { why: new Invalid('consent', sentence, { domain, name }), own: true }
}

/** F-12: the panel's own name, and those of its hosts. */
async function ourOwn(db: Db, names: string[]): Promise<Set<string>> {
  const rows = await db
    .select({ address: hosts.address, name: hosts.name })
    .from(hosts)
    .where(or(amongTexts(hosts.address, names), amongTexts(hosts.name, names)))
  return new Set(
    [hostname(), ...rows.flatMap(({ address, name }) => [address, name])].filter(isText),
  )
}

const isText = (name: string | null): name is string => name !== null
