import { eq, sql } from 'drizzle-orm'
import { stays } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Invalid } from '../errors.ts'
import { offeredPlans } from '../plans/access.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import { catalogue, type PropertyKey, propertyKeys, type Values } from '../plans/catalogue.ts'
import { contractsOf } from '../plans/contract.ts'
import { same } from '../plans/merge.ts'
import type { Plan } from '../plans/schema.ts'
import { labelWithUnit } from '../plans/units.ts'
import { combined, settled, values as valuesOf } from '../plans/values.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { type Judged, type Told, told } from './action.ts'
import { accountCandidates, accountObstacle, type Candidate } from './candidates.ts'
import type { Move } from './moving.ts'
import { refuseWithoutRoom } from './moving-room.ts'
import { choiceOf, plansIn } from './plan-choices.ts'

/** Subscriptions that have the same values and get the same ones. */
export interface Moved {
  accountId: number
  id: number
  /** null: Custom */
  planId: number | null
  from: Values
  to: Values
}

/** @throws Invalid at `to` or `plan`: with the numbers when the new provider lacks room */
export async function judgeMove(
  db: Db,
  actor: Actor,
  ids: number[],
  options: Move,
): Promise<Judged[]> {
  const rows = await accountCandidates(db, actor, ids)
  const target = await targetOf(db, actor, options.to)
  const barred = new Map(rows.map((row) => [row.id, obstacleOf(actor, row, target)]))
  const moved = target
    ? await movedWith(
        db,
        target,
        rows.filter(({ id, kind }) => barred.get(id) === null && kind === 'customer'),
        options,
      )
    : { all: [], cap: null }
  const beyond = new Map<number, Told>()
  for (const one of moved.all) {
    const key = moved.cap && one.planId === null ? tooMuch(moved.cap, one.from) : undefined
    if (key && !beyond.has(one.accountId)) beyond.set(one.accountId, cannotGive(key))
  }
  const judged = rows.map((row): Judged => {
    const { id, name, providerId } = row
    return { id, name, obstacle: barred.get(id) ?? beyond.get(id) ?? null, state: providerId }
  })
  if (target?.kind === 'reseller') {
    const going = new Set(judged.flatMap(({ id, obstacle }) => (obstacle ? [] : [id])))
    await refuseWithoutRoom(
      db,
      target,
      going.size,
      moved.all.filter(({ accountId }) => going.has(accountId)),
    )
  }
  return judged
}

/** What each of their subscriptions has, and would have. */
export async function movedWith(
  db: Db,
  target: Account,
  going: Pick<Candidate, 'id'>[],
  options: Move,
): Promise<{ all: Moved[]; cap: Values | null }> {
  const cap =
    target.kind === 'admin'
      ? null
      : ((await contractsOf(db, [target.id])).get(target.id) ?? combined([]))
  const offered = await onOffer(db, target, options, cap)
  const sold = new Map(
    [...offered].map(([id, plan]) => {
      const whole = valuesOf(plan.values)
      return [id, cap ? settled(cap, whole) : whole]
    }),
  )
  const choice = planOf(options)
  const groups = await alikeOf(
    db,
    going.map(({ id }) => id),
  )
  const all = groups.flatMap(({ values, members }) =>
    members.map(([id, accountId]): Moved => {
      const planId = choice({ id, accountId })
      return { id, accountId, planId, from: values, to: sold.get(planId ?? 0) ?? values }
    }),
  )
  return { all, cap }
}

/** What is said of a subscription, or of its customer; null: Custom. */
export function planOf(options: Move): (one: Pick<Moved, 'id' | 'accountId'>) => number | null {
  const ofAccount = choiceOf(options)
  const own = new Map(options.own)
  return ({ id, accountId }) => (own.has(id) ? own.get(id)! : ofAccount(accountId))
}

/** Ten thousand subscriptions of one plan have one set of values, which is read once. */
const alikeOf = (db: Db, accountIds: number[]) =>
  db
    .select({
      values: subscriptions.values,
      members: sql<[number, number][]>`json_agg(json_build_array(id, account_id))`,
    })
    .from(subscriptions)
    .where(sql`${among(subscriptions.accountId, accountIds)} and not ${subscriptions.removing}`)
    .groupBy(subscriptions.values)

async function targetOf(db: Db, actor: Actor, to: number | null): Promise<Account | null> {
  if (to === null || actor.kind !== 'admin') return null
  const [target] = await db.select().from(accounts).where(eq(accounts.id, to))
  if (!target || target.kind === 'customer' || !stays(target)) {
    throw new Invalid('to', 'Choose from the list.')
  }
  return target
}

export const noDeeper = 'It is a reseller, and there are no resellers below resellers.'

function obstacleOf(actor: Actor, row: Candidate, target: Account | null): Told | null {
  if (actor.kind !== 'admin') return told('Only an admin can do this.')
  if (row.kind === 'admin') return told('It is an administrator.')
  const barred = accountObstacle(actor, row)
  if (barred) return barred
  if (!target) return told('Choose the new provider first.')
  if (target.id === row.id || (row.kind === 'reseller' && target.kind === 'reseller')) {
    return told(noDeeper)
  }
  return row.providerId === target.id ? told('It belongs there already.') : null
}

/** @throws Invalid at `plan` when one of them is not on offer there, or beyond what it may sell */
async function onOffer(db: Db, target: Account, options: Move, cap: Values | null) {
  const offered = await offeredPlans(db, target.id)
  const byId = new Map<number, Plan>(offered.map((plan) => [plan.id, plan]))
  for (const id of [...plansIn(options), ...options.own.flatMap(([, plan]) => plan ?? [])]) {
    const plan = byId.get(id)
    if (!plan) throw new Invalid('plan', 'Choose one of the plans on offer.')
    if (cap) refuseBeyond(cap, valuesOf(plan.values))
  }
  return byId
}

/** The first thing that Custom would keep and the new provider was not given. */
function tooMuch(cap: Values, values: Values): PropertyKey | undefined {
  const allowed = settled(cap, values)
  return propertyKeys.find((key) => !same(allowed[key], values[key]))
}

const cannotGive = (key: PropertyKey) =>
  told('{property!}: the new provider cannot give what it has. Choose a plan instead of Custom.', {
    property: labelWithUnit(catalogue[key]),
  })
