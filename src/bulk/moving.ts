import { asc, eq, or, sql } from 'drizzle-orm'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { lockContracts } from '../plans/contract.ts'
import { holdSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { idsOf } from './acceptance.ts'
import { type Action, type Told, told } from './action.ts'
import { lockPlans } from './converting.ts'
import { move } from './moving-act.ts'
import { judgeMove } from './moving-judgement.ts'
import { undoMoving } from './moving-undo.ts'
import { type PlanChoices, plansIn } from './plan-choices.ts'

/**
 * The new provider, once, and a plan of it per customer, or for a single subscription one of its own
 * (P-26, P-27); Custom keeps values.
 */
export interface Move extends PlanChoices {
  /** null: not chosen yet */
  to: number | null
  /** by the subscription's number, before what is said of its customer */
  own: [number, number | null][]
}

/**
 * P-25 to P-27, R-19. What moves are the account and all its subscriptions, also those in the trash.
 *
 * - Reasons for which the old reseller suspended stay: nothing goes live because it changes hands, and
 *   the new provider may lift them like reasons of its own (R-4). A suspension of the old provider
 *   itself ends with it, one of the new takes hold.
 * - The last day of a subscription stays, and ends in the new provider's time zone from now on (R-20).
 * - The old provider's description is not for another reseller to read (P-10): it goes, and comes
 *   back when the move is undone.
 * - Add-ons and values the old provider set go with its plan; what customers set by themselves stays,
 *   as far as the new plan lets them (P-46).
 */
export const moveAccounts: Action<Move> = {
  of: 'account',
  weighs: (options) => options,
  lock: lockForMove,
  judge: judgeMove,
  effects: async (db, _actor, going, { to }) => {
    const count = await db.$count(
      subscriptions,
      sql`${among(subscriptions.accountId, going)} and not ${subscriptions.removing}`,
    )
    const sentence = '{count} {count|subscription moves|subscriptions move} with them.'
    const moving = count > 0 ? [told(sentence, { count })] : []
    return going.length > 0 ? [...moving, ...(await room(db, to))] : moving
  },
  act: move,
  undo: undoMoving,
}

/** Judged already: what does not fit is refused, with the numbers (R-19). */
async function room(db: Db, to: number | null): Promise<Told[]> {
  const [target] = await db
    .select({ name: accounts.name, kind: accounts.kind })
    .from(accounts)
    .where(eq(accounts.id, to ?? 0))
  const { name, kind } = target!
  return kind === 'reseller' ? [told('{name} has room for all of it.', { name })] : []
}

/** Accounts with old and new providers, plans, contracts, subscriptions: as everywhere. */
export async function lockForMove(tx: Transaction, ids: number[], { to, ...options }: Move) {
  const above = await lockWithProviders(tx, ids, to)
  const own = options.own.flatMap(([, plan]) => plan ?? [])
  await lockPlans(tx, [...plansIn(options), ...own])
  await lockContracts(tx, idsOf(above.filter(({ kind }) => kind === 'reseller')))
  await holdSubscriptions(tx, among(subscriptions.accountId, ids))
}

/** @returns the providers among them */
export async function lockWithProviders(
  tx: Transaction,
  ids: number[],
  to: number | null,
): Promise<Pick<Account, 'id' | 'kind'>[]> {
  const providers = sql`(select provider_id from ${accounts} as own where ${among(sql`own.id`, ids)})`
  const rows = await tx
    .select({ id: accounts.id, kind: accounts.kind })
    .from(accounts)
    .where(
      or(
        among(accounts.id, ids),
        sql`${accounts.id} in ${providers}`,
        to === null ? undefined : eq(accounts.id, to),
      ),
    )
    .orderBy(asc(accounts.id))
    .for('update')
  return rows.filter(({ kind }) => kind !== 'customer')
}
