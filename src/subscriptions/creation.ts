import { sql } from 'drizzle-orm'
import { assertStays, lockAccount } from '../accounts/access.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { shadowHash } from '../auth/crypt.ts'
import { generatePassword } from '../auth/passwords.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { placeOn } from '../hosts/placement.ts'
import { domainName, roomForWww } from '../names/domain.ts'
import { lockOfferedPlan } from '../plans/access.ts'
import type { PropertyKey, Value } from '../plans/catalogue.ts'
import { values as plannedValues } from '../plans/values.ts'
import { assertMayProvideFor, type Owned } from './access.ts'
import { type Credentials, keepCredentials } from './credentials.ts'
import { claimDomain } from './names.ts'
import { unlessProbing } from './probing.ts'
import { settleSale } from './sale.ts'
import { domains, overrides, type Subscription, subscriptions, uidSequence } from './schema.ts'
import { claimSystemUser } from './system-users.ts'
import { tellHosts } from './want.ts'

export interface Wish {
  /** to a name below another account's */
  consent?: boolean
  /** as typed */
  domain: string
  planId: number
  /** null: the host with most room that offers what the plan needs */
  hostId: number | null
  /** S-31, S-32: what is to differ from the plan from the start */
  own?: Own
  furnish?: Furnish
}

export type Own = Partial<Record<PropertyKey, Value>>

export interface Created {
  subscription: Subscription
  jobId: number
  mailbox: Credentials['mailbox']
}

/** What a new subscription comes with, from a part of the business that builds on this one. */
export type Furnish = (
  tx: Transaction,
  actor: Actor,
  owned: Owned,
) => Promise<Credentials['mailbox']>

/** For an account that is there already; its password is generated (S-34). */
export async function createSubscription(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  accountId: number,
  wish: Wish,
): Promise<Created> {
  const domain = domainName(wish.domain)
  const password = generatePassword()
  const passwordHash = shadowHash(password)
  const create = async (tx: Transaction) => {
    const account = await lockAccount(tx, actor, accountId)
    const created = await openSubscription(tx, actor, account, { ...wish, domain, passwordHash })
    const { id: subscriptionId, systemUser } = created.subscription
    await keepCredentials(
      tx,
      sealingKey,
      actor,
      { subscriptionId },
      {
        ...{ occasion: 'created', systemUser, login: null, password },
        mailbox: created.mailbox,
      },
    )
    return created
  }
  return unlessProbing(db, actor, () => db.transaction(create))
}

export interface Opening extends Omit<Wish, 'domain'> {
  /** normalised */
  domain: string
  /** SHA-512 crypt */
  passwordHash: string
  /** the login's name, when the account is made with it */
  name?: string
}

/** The account's row is locked, or new. */
export async function openSubscription(
  tx: Transaction,
  actor: Actor,
  account: Account,
  { domain, planId, hostId, passwordHash, name, consent = false, own = {}, furnish }: Opening,
): Promise<Created> {
  assertMayProvideFor(actor, account)
  assertStays(account)
  // Machines are the admin's to hand out (F-114).
  if (hostId !== null && actor.kind !== 'admin') {
    throw new Invalid('host', 'The host is chosen for you.')
  }

  const plan = await lockOfferedPlan(tx, sellerOf(account), planId)
  const differing = Object.entries(own).map(([property, value]) => ({ property, value }))
  const wanted = plannedValues(plan.values, [], differing.map(byProvider))
  const values = await settleSale(tx, account.id, wanted)
  await claimDomain(tx, account, domain, { actor, given: consent })
  const host = await placeOn(tx, values, hostId)
  const [subscription] = await tx
    .insert(subscriptions)
    .values({
      accountId: account.id,
      planId,
      hostId: host.id,
      domain,
      systemUser: await claimSystemUser(tx, domain, name),
      uid: sql`nextval(${uidSequence.seqName}::regclass)`,
      passwordHash,
      values,
      suspended: account.suspended,
    })
    .returning()
  const subscriptionId = subscription!.id
  await tx
    .insert(domains)
    .values({ subscriptionId, kind: 'main', name: domain, www: roomForWww(domain) })

  if (differing.length > 0) {
    const made = { subscriptionId, authorName: actor.loginName }
    await tx.insert(overrides).values(differing.map((one) => ({ ...one, ...made })))
  }

  const { changes, ...made } = opened({ ...subscription!, plan, host })
  await record(tx, actor, {
    ...made,
    changes: {
      ...changes,
      ...Object.fromEntries(differing.map(({ property, value }) => [property, { to: value }])),
    },
  })
  const mailbox = await furnish?.(tx, actor, { subscription: subscription!, account })
  const [jobId] = await tellHosts(tx, actor, [subscription!])
  return { subscription: subscription!, jobId: jobId!, mailbox }
}

export const opened = (made: {
  id: number
  accountId: number
  domain: string
  plan: { name: string }
  host: { name: string }
}) => ({
  action: 'subscription.created',
  object: { kind: 'subscription', id: made.id, name: made.domain },
  accountId: made.accountId,
  changes: { plan: { to: made.plan.name }, host: { to: made.host.name } },
})

const byProvider = (one: { property: string; value: Value }) => ({ ...one, byCustomer: false })

/** Whose plans are sold to it: its provider's; a seller's own subscriptions come from its own (M-4). */
export const sellerOf = (account: Pick<Account, 'id' | 'kind' | 'providerId'>): number =>
  account.kind === 'customer' ? account.providerId! : account.id
