import { createHash } from 'node:crypto'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { contractsOf } from '../plans/contract.ts'
import { type Alike, alikeOrCustom, compute, plansOf, type Tied } from './alike.ts'
import { belowUse } from './below-use.ts'
import { scarce } from './budget.ts'
import { type Overdrawn, overdrawn } from './overdrawn.ts'
import { type Effects, effectsOf, none, withOver } from './plan-effects.ts'
import { providesOf } from './plan-preview.ts'
import { subscriptions } from './schema.ts'
import { type Judged, judgeTie, type Tie } from './tie-judgement.ts'

/** What a change of the tie would do, before anything is written. */
export interface TiePreview {
  judged: Judged[]
  effects: Effects
  /** resellers who would have sold more than they have: then it cannot be done */
  overdrawn: Overdrawn[]
  /** of what it tells and of whom: another one is another preview (F-84) */
  seen: string
}

/** @throws {NotFound} when one of them is not there or not theirs (F-77, F-110) */
export async function previewTie(
  db: Db,
  actor: Actor,
  ids: number[],
  tie: Tie,
): Promise<TiePreview> {
  const judged = await judgeTie(db, actor, ids, tie)
  const going = judged.filter(({ reason }) => reason === null).map(({ id }) => id)
  const { effects, short } = await effectsOfTie(db, going, tie)
  const told = judged.map(({ id, locked, reason }) => [id, locked, reason])
  return { judged, effects, overdrawn: short, seen: digest([tie, told, effects, short]) }
}

/** Custom ones keep all their values. */
async function effectsOfTie(db: Db, ids: number[], tie: Tie) {
  if (tie.change === 'custom' || ids.length === 0) return { effects: none(), short: [] }
  const groups = (await alikeOrCustom(db, among(subscriptions.id, ids))).map(changed(tie))
  const resellerIds = [...new Set(groups.flatMap(({ resellerId }) => resellerId ?? []))]
  const contracts = await contractsOf(db, resellerIds)
  const plans = await plansOf(db, groups)
  const provides = await providesOf(db, [...new Set(groups.map(({ hostId }) => hostId))])
  const held = { groups, contracts, budgets: await scarce(db, resellerIds) }
  const after = groups.map((group) =>
    group.locked ? group.values : compute(group, plans, contracts).values,
  )
  return {
    effects: withOver(
      effectsOf({ groups, plans, contracts, provides }),
      await belowUse(db, groups, after),
    ),
    short: await overdrawn(db, held, after),
  }
}

/** What the values will come from of those that nothing keeps from it; another plan unlocks. */
export const changed =
  ({ change, planId }: Tie) =>
  (group: Tied): Alike => {
    switch (change) {
      case 'add':
        return { ...group, planId: group.planId!, addOns: [...group.addOns, planId!] }
      case 'remove':
        return {
          ...group,
          planId: group.planId!,
          addOns: group.addOns.filter((id) => id !== planId),
        }
      default:
        return { ...group, planId: planId!, locked: false }
    }
  }

const digest = (state: unknown) =>
  createHash('sha256').update(JSON.stringify(state)).digest('base64url')
