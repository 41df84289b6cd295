import { createAccount, lockProvider, type NewAccount } from '../accounts/creation.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import { mailWelcome, noMail } from '../auth/password-mail.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword, hashPassword } from '../auth/passwords.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { ready } from '../messages/ready.ts'
import { domainName } from '../names/domain.ts'
import { checkLoginName } from '../names/login.ts'
import { initialValues } from '../plans/catalogue.ts'
import { giveContract, type Terms } from '../plans/contract.ts'
import { type Created, openSubscription, type Wish } from './creation.ts'
import { keepCredentials } from './credentials.ts'
import { unlessProbing } from './probing.ts'
import { refuseAnotherCustomer } from './sale.ts'
import { suspendLocked } from './suspension.ts'

export interface NewCustomer extends Omit<NewAccount, 'passwordHash'> {
  /** null: one is generated */
  password: string | null
  /** M-29: otherwise it cannot sign in and its site is not served */
  enabled: boolean
  /** of a reseller; null: Custom, without limits */
  resellerPlanId: number | null
  /** M-31: it is mailed a link to choose its own password; null: it is not */
  welcome: { panel: string } | null
  /** P-63: in the same flow, with the same name and password (S-35, R-1) */
  subscription: Wish | null
}

export interface NewTenant {
  account: Account
  created: Created | null
}

/** An account of a customer or reseller with all that its form asks for, or nothing at all. */
export async function createCustomer(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  { password: typed, enabled, resellerPlanId, welcome, subscription, ...wish }: NewCustomer,
): Promise<NewTenant> {
  checkLoginName(wish.login)
  const domain = subscription && domainName(subscription.domain)
  if (welcome && !(await ready(db))) throw new Invalid('welcome', noMail)
  if (typed !== null) await check(db, typed, wish, subscription !== null)
  const password = typed ?? generatePassword()
  const passwordHash = await hashPassword(password)
  const opening = subscription && {
    ...subscription,
    domain: domain!,
    passwordHash: shadowHash(password),
    name: wish.login,
  }

  const create = async (tx: Transaction): Promise<NewTenant> => {
    const provider = await lockProvider(tx, actor, wish.kind)
    await refuseAnotherCustomer(tx, provider.id)
    const { account, login } = await createAccount(tx, actor, provider, { ...wish, passwordHash })
    if (account.kind === 'reseller') {
      await giveContract(tx, actor, account.id, terms(resellerPlanId))
    }
    const created = opening && (await openSubscription(tx, actor, account, opening))
    if (!enabled) await suspendLocked(tx, actor, account, '')
    if (welcome) await mailWelcome(tx, actor, { sealingKey, ...welcome }, { account, login })
    // Who chooses a password by a link needs none from us, but for FTP and SSH.
    if (created || (typed === null && !welcome)) {
      const of = created ? { subscriptionId: created.subscription.id } : { accountId: account.id }
      const systemUser = created?.subscription.systemUser ?? null
      await keepCredentials(tx, sealingKey, actor, of, {
        occasion: 'created',
        systemUser,
        login: wish.login,
        password,
        mailbox: created?.mailbox,
      })
    }
    return { account, created }
  }
  return unlessProbing(db, actor, () => db.transaction(create))
}

async function check(
  db: Database,
  password: string,
  { login, name, company }: Pick<NewCustomer, 'login' | 'name' | 'company'>,
  onHost: boolean,
) {
  await requireGoodPassword(db, 'password', password, [login, name, company])
  if (onHost) requireHostPassword('password', password)
}

const terms = (planId: number | null): Terms =>
  planId === null ? { values: initialValues('reseller') } : { planId }
