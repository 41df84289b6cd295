import { hostname } from 'node:os'
import { and, eq, inArray, like, ne, or, sql } from 'drizzle-orm'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { Invalid, Taken } from '../errors.ts'
import { hosts } from '../hosts/schema.ts'
import { namesAbove, registeredPart } from '../names/domain.ts'
import { freeSystemUser, isSystemUser, systemUserStem } from '../names/system-user.ts'
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
  await refuseOurOwn(tx, domain)

  const found = await tx
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
    .where(
      or(
        eq(domains.name, domain),
        // what lies below somebody's domain is theirs to give.
        and(inArray(domains.name, namesAbove(domain)), ne(subscriptions.accountId, account.id)),
      ),
    )
  const same = found.find((other) => other.domain === domain)
  if (same) refuseTaken(same)
  for (const above of found) refuseWithoutConsent(consent, above)
}

function refuseTaken({ trashed, removing }: { trashed: boolean; removing: boolean }): never {
  if (trashed) {
    throw new Taken(
      'domain',
      'This domain is in the trash. Restore it, or remove it for good first.',
    )
  }
  throw removing
    ? new Taken('domain', 'This domain is still being removed. Try again when that is done.')
    : new Taken('domain', 'This domain is already in use.')
}

/** Only who provides for the account above may agree for it; others learn nothing of it (F-113). */
function refuseWithoutConsent(
  { actor, given }: Consent,
  { domain, account }: { domain: string; account: Account },
) {
  if (!mayProvideFor(actor, account)) {
    throw new Taken('domain', 'This name belongs to a domain that is already in use.')
  }
  if (given) return
  throw new Invalid('consent', 'This name lies below {domain} of {name}. Check the box to agree.', {
    domain,
    name: account.name,
  })
}

/**
 * The login's name when it can be a system user, else one made from the domain. It is free over
 * the whole panel, whichever host it goes to.
 *
 * @throws {Invalid} at `login` when an earlier user of that name is still being removed (F-19)
 */
export async function claimSystemUser(
  tx: Transaction,
  domain: string,
  login?: string,
): Promise<string> {
  const stem = systemUserStem(domain)
  const name = login !== undefined && isSystemUser(login) ? login : undefined
  const families = new Set([family(stem), ...(name ? [family(name)] : [])])
  for (const one of [...families].sort()) await lockName(tx, `system user ${one}`)

  const taken = await takenBy(tx, [...families])
  if (name && taken.get(name)) {
    throw new Invalid(
      'login',
      'This user name is still being removed. Try again when that is done.',
    )
  }
  return name && !taken.has(name) ? name : freeSystemUser(stem, taken)
}

/** `shop`, `shop2` and `shop3` are asked for by who wants any of them. */
const family = (name: string): string => name.replace(/[0-9]+$/, '')

/** Names of these families; true: it is being removed. */
async function takenBy(tx: Transaction, families: string[]): Promise<Map<string, boolean>> {
  const rows = await tx
    .select({ name: subscriptions.systemUser, removing: subscriptions.removing })
    .from(subscriptions)
    .where(or(...families.map((one) => like(subscriptions.systemUser, `${one}%`))))
  return new Map(rows.map((row) => [row.name, row.removing]))
}

/** F-12: the panel's own name, and those of its hosts. */
async function refuseOurOwn(tx: Transaction, domain: string) {
  const [host] = await tx
    .select({ id: hosts.id })
    .from(hosts)
    .where(or(eq(hosts.address, domain), eq(hosts.name, domain)))
  if (host || domain === hostname()) throw new Invalid('domain', 'This name is reserved.')
}

/** Until the transaction ends. */
async function lockName(tx: Transaction, name: string) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}
