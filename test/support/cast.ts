import { eq, sql } from 'drizzle-orm'
import { type Account, accounts, type Login, logins } from '../../src/accounts/schema.ts'
import type { AccountKind, Actor } from '../../src/audit/actor.ts'
import { shadowHash } from '../../src/auth/crypt.ts'
import type { Database, Db } from '../../src/db/database.ts'
import { type Host, hosts } from '../../src/hosts/schema.ts'
import { roomForWww } from '../../src/names/domain.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { type Plan, plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import {
  domains,
  type Subscription,
  subscriptions,
  uidSequence,
} from '../../src/subscriptions/schema.ts'

/** The password of every login of the cast; no word of it is in a name. */
export const password = 'correct horse battery 7'
/** argon2id of it, made once: hashing it anew for each test file would cost more than the tests. */
const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$DbjlcA6z2TE/ohGVOIjsOQ$OyLf/awTGWKfhCcw0Zl21szLe+ShxI6lEXUMBQ3EQVA'
const shadow = shadowHash(password)

export type Cast = Awaited<ReturnType<typeof cast>>

/**
 * Ada the admin, Rita and Rolf her resellers, Cato Rita's and Cleo Rolf's customer. Rita and Rolf
 * each sell a plan `Gold`; one sandbox host is online.
 */
export async function cast(db: Database) {
  const ada = await someone(db, 'admin', 'ada', null)
  const rita = await someone(db, 'reseller', 'rita', ada.actor.accountId)
  const rolf = await someone(db, 'reseller', 'rolf', ada.actor.accountId)
  const cato = await someone(db, 'customer', 'cato', rita.actor.accountId)
  const cleo = await someone(db, 'customer', 'cleo', rolf.actor.accountId)
  const host = await aHost(db, 'sandbox')
  return {
    ada,
    rita,
    rolf,
    cato,
    cleo,
    host,
    adasGold: await aPlan(db, ada.account, 'Gold'),
    ritasGold: await aPlan(db, rita.account, 'Gold'),
    rolfsGold: await aPlan(db, rolf.account, 'Gold'),
  }
}

export interface Someone {
  account: Account
  login: Login
  actor: Actor
}

/** A reseller gets a contract without limits. */
export async function someone(
  db: Database,
  kind: AccountKind,
  name: string,
  providerId: number | null,
): Promise<Someone> {
  const full = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const [account] = await db
    .insert(accounts)
    .values({ kind, providerId, name: full, email: `${name}@example.org` })
    .returning()
  const [login] = await db
    .insert(logins)
    .values({ accountId: account!.id, name, passwordHash })
    .returning()
  if (kind === 'reseller') {
    await db.insert(resellers).values({ accountId: account!.id, values: initialValues('reseller') })
  }
  return { account: account!, login: login!, actor: actorOf(account!, login!) }
}

/** A further login of somebody's account. */
export async function aLogin(
  db: Database,
  { account }: Pick<Someone, 'account'>,
  name: string,
  role: Login['role'],
): Promise<Someone> {
  const [login] = await db
    .insert(logins)
    .values({ accountId: account.id, name, role, passwordHash })
    .returning()
  return { account, login: login!, actor: actorOf(account, login!) }
}

export const actorOf = (account: Account, login: Login): Actor => ({
  accountId: account.id,
  kind: account.kind,
  loginId: login.id,
  loginName: login.name,
  role: login.role,
  impersonator: null,
  address: '192.0.2.1',
})

export async function aHost(
  db: Database,
  name: string,
  more: Partial<typeof hosts.$inferInsert> = {},
): Promise<Host> {
  const values = { name, kind: 'sandbox', state: 'online', facts: facts(name), ...more } as const
  const [host] = await db.insert(hosts).values(values).returning()
  return host!
}

const facts = (hostname: string) => ({
  hostname,
  debian: '12',
  node: '18.20.4',
  boot: 'first',
  agent: 'test',
  cpus: 2,
  load: 0.1,
  memory: { total: 4_000_000_000, free: 2_000_000_000 },
  disk: { total: 100_000_000_000, free: 90_000_000_000 },
  php: ['8.2', '8.3', '8.4'],
  provides: ['php', 'php8.2', 'php8.3', 'php8.4', 'shellLimits', 'quota', 'https'],
  subscriptions: 0,
})

export async function aPlan(
  db: Database,
  owner: Account,
  name: string,
  values: Partial<Values> = {},
  kind: Plan['kind'] = 'service',
): Promise<Plan> {
  const [plan] = await db
    .insert(plans)
    .values({ ownerId: owner.id, kind, name, values: { ...initialValues(), ...values } })
    .returning()
  const { id: planId, version, title, values: whole } = plan!
  await db
    .insert(planVersions)
    .values({ planId, version, name, title, values: whole, authorName: 'cast' })
  return plan!
}

/** As it stands when its host has confirmed it. */
export async function aSubscription(
  db: Db,
  owner: Account,
  host: Host,
  plan: Plan | null,
  domain: string,
  more: Partial<typeof subscriptions.$inferInsert> = {},
): Promise<Subscription> {
  const [subscription] = await db
    .insert(subscriptions)
    .values({
      accountId: owner.id,
      planId: plan?.id ?? null,
      hostId: host.id,
      domain,
      systemUser: domain.replaceAll(/[^a-z0-9]/g, '').slice(0, 31),
      uid: sql`nextval(${uidSequence.seqName})`,
      passwordHash: shadow,
      values: plan?.values ?? initialValues(),
      appliedGeneration: 1,
      ...more,
    })
    .returning()
  const { id: subscriptionId, domain: name } = subscription!
  await db.insert(domains).values({ subscriptionId, kind: 'main', name, www: roomForWww(name) })
  return subscription!
}

/** Settings with which mail could be sent: it is queued, and nothing answers there. */
export async function aMailServer(db: Database) {
  const smtp = { host: '127.0.0.1', port: 9, security: 'none', user: '', password: '' }
  await db.insert(settings).values([
    { name: 'sender', value: 'panel@panel.example' },
    { name: 'smtp', value: smtp },
  ])
}

/** The row as it is now; undefined when it is gone. */
export async function reread(db: Database, { id }: { id: number }) {
  const [row] = await db.select().from(subscriptions).where(eq(subscriptions.id, id))
  return row
}
