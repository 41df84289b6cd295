import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { assertStays, findAccount, lockAccount, mayManage, mayWrite } from '../accounts/access.ts'
import { notify } from '../accounts/notice.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { type Happening, record } from '../audit/record.ts'
import type { Database, Transaction } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { lockSubscription, mayProvideFor, type Owned } from './access.ts'
import { liftable, ownReason } from './reasons.ts'
import { suspensions } from './schema.ts'
import { settleStanding } from './standing.ts'

/** P-13, P-14: closes the panel to its logins and takes all its subscriptions out of service. */
export function suspendAccount(
  db: Database,
  actor: Actor,
  id: number,
  text: string,
  { mail = false } = {},
) {
  return db.transaction(async (tx) => {
    const account = await lockForSuspension(tx, actor, id)
    const done = await suspendLocked(tx, actor, account, text)
    if (done && mail) await notify(tx, actor, account, 'suspended', { text })
  })
}

/** Its row is locked, or new. False when it stood already. */
export async function suspendLocked(
  tx: Transaction,
  actor: Actor,
  account: Account,
  text: string,
): Promise<boolean> {
  if (!(await add(tx, actor, { accountId: account.id }, text))) return false
  await record(tx, actor, happening('account.suspended', account, text))
  await settleStanding(tx, actor, { accountIds: [account.id] })
  return true
}

/** P-18, R-4: lifts what the actor may lift; a subscription suspended on its own stays so. */
export function activateAccount(db: Database, actor: Actor, id: number, { mail = false } = {}) {
  return db.transaction(async (tx) => {
    const account = await lockForSuspension(tx, actor, id)
    if (!(await lift(tx, actor, eq(suspensions.accountId, id)))) return
    await record(tx, actor, happening('account.activated', account))
    await settleStanding(tx, actor, { accountIds: [id] })
    // One that stays suspended for another reason has nothing to be told yet.
    const { suspended } = await findAccount(tx, actor, id)
    if (mail && !suspended) await notify(tx, actor, account, 'activated', {})
  })
}

export function suspendSubscription(db: Database, actor: Actor, id: number, text: string) {
  return db.transaction(async (tx) => {
    const owned = await lockToSwitch(tx, actor, id)
    if (!(await add(tx, actor, { subscriptionId: id }, text))) return
    await record(tx, actor, subscriptionHappening('subscription.suspended', owned, text))
    await settleStanding(tx, actor, { subscriptionIds: [id] })
  })
}

export function activateSubscription(db: Database, actor: Actor, id: number) {
  return db.transaction(async (tx) => {
    const owned = await lockToSwitch(tx, actor, id)
    if (!(await lift(tx, actor, eq(suspensions.subscriptionId, id)))) return
    await record(tx, actor, subscriptionHappening('subscription.activated', owned))
    await settleStanding(tx, actor, { subscriptionIds: [id] })
  })
}

/** The provider, or its owner, who may want a site to rest. */
export const maySwitch = (actor: Actor, { account }: Pick<Owned, 'account'>): boolean =>
  mayProvideFor(actor, account) || (mayWrite(actor) && actor.accountId === account.id)

async function lockForSuspension(tx: Transaction, actor: Actor, id: number): Promise<Account> {
  const account = await lockAccount(tx, actor, id)
  if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
  assertStays(account)
  return account
}

async function lockToSwitch(tx: Transaction, actor: Actor, id: number): Promise<Owned> {
  const owned = await lockSubscription(tx, actor, id)
  if (!maySwitch(actor, owned)) throw new Forbidden('Only the provider can change this.')
  return owned
}

/** False when the same reason stands already: asking twice changes nothing. */
async function add(
  tx: Transaction,
  actor: Actor,
  whose: { accountId: number } | { subscriptionId: number },
  text: string,
): Promise<boolean> {
  const added = await tx
    .insert(suspensions)
    .values({ ...whose, reason: ownReason(actor), authorName: actor.loginName, text })
    .onConflictDoNothing()
    .returning({ id: suspensions.id })
  return added.length > 0
}

async function lift(tx: Transaction, actor: Actor, whose: SQL): Promise<boolean> {
  const lifted = await tx
    .delete(suspensions)
    .where(and(whose, inArray(suspensions.reason, liftable(actor))))
    .returning({ id: suspensions.id })
  return lifted.length > 0
}

const happening = (action: string, account: Account, text?: string): Happening => ({
  action,
  object: { kind: 'account', id: account.id, name: account.name },
  accountId: account.id,
  ...said(text),
})

const subscriptionHappening = (
  action: string,
  { subscription, account }: Owned,
  text?: string,
): Happening => ({
  action,
  object: { kind: 'subscription', id: subscription.id, name: subscription.domain },
  accountId: account.id,
  ...said(text),
})

const said = (text?: string) => (text ? { changes: { text: { to: text } } } : {})
