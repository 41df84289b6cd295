import { and, asc, eq, sql } from 'drizzle-orm'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { NotFound } from '../errors.ts'
import { offeredPlans } from '../plans/access.ts'
import type { Plan } from '../plans/schema.ts'
import { assertMayProvideFor, visibleSubscriptions } from './access.ts'
import { sellerOf } from './creation.ts'
import { subscriptionAddOns, subscriptions } from './schema.ts'

export const tieChanges = ['plan', 'add', 'remove', 'custom'] as const

/** P-34 to P-36; `planId` is null for `custom` only. */
export interface Tie {
  change: (typeof tieChanges)[number]
  planId: number | null
}

export interface Judged {
  id: number
  domain: string
  locked: boolean
  account: Pick<Account, 'id' | 'kind' | 'providerId'>
  /** why it stays as it is; null: it will change */
  reason: string | null
}

/**
 * What a change of the tie would do to each of these.
 *
 * @throws {NotFound} when one of them is not there or not theirs (F-77, F-110)
 */
export async function judgeTie(db: Db, actor: Actor, ids: number[], tie: Tie): Promise<Judged[]> {
  const rows = await chosen(db, actor, ids)
  const sellers = [...new Set(rows.map(({ account }) => sellerOf(account)))]
  const offers = new Map<number, Plan[]>()
  for (const seller of sellers) offers.set(seller, await offeredFor(db, seller, tie))
  return rows.map(({ addOns, planId, removing, ...row }) => {
    const onOffer = offers.get(sellerOf(row.account))!.some(({ id }) => id === tie.planId)
    return { ...row, reason: obstacle(tie, { addOns, planId, removing, onOffer }) }
  })
}

/** Their rows as they are, in the order of their names. */
export async function chosen(db: Db, actor: Actor, ids: number[]) {
  const rows = await db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      locked: subscriptions.locked,
      planId: subscriptions.planId,
      removing: subscriptions.removing,
      addOns: sql<number[]>`coalesce((select json_agg(added.plan_id)
        from ${subscriptionAddOns} as added where added.subscription_id = ${subscriptions.id}), '[]')`,
      account: { id: accounts.id, kind: accounts.kind, providerId: accounts.providerId },
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(among(subscriptions.id, ids), visibleSubscriptions(db, actor)))
    .orderBy(asc(subscriptions.domain))
  if (rows.length === 0 || rows.length !== new Set(ids).size) throw new NotFound()
  for (const { account } of rows) assertMayProvideFor(actor, account)
  return rows
}

const offeredFor = (db: Db, seller: number, { change }: Tie) =>
  change === 'plan' || change === 'add'
    ? offeredPlans(db, seller, change === 'plan' ? 'service' : 'add-on')
    : Promise.resolve([])

interface State {
  planId: number | null
  addOns: number[]
  removing: boolean
  onOffer: boolean
}

function obstacle({ change, planId }: Tie, now: State): string | null {
  if (now.removing) return 'It is being removed.'
  switch (change) {
    case 'plan':
      if (now.planId === planId) return 'It has this plan already.'
      return now.onOffer ? null : 'This plan is not on offer for it.'
    case 'add':
      if (now.planId === null) return 'Add-ons need a plan: a custom subscription has none.'
      if (now.addOns.includes(planId!)) return 'It has this add-on already.'
      return now.onOffer ? null : 'This add-on is not on offer for it.'
    case 'remove':
      return now.addOns.includes(planId!) ? null : 'It has no such add-on.'
    case 'custom':
      return now.planId === null ? 'It is custom already.' : null
  }
}
