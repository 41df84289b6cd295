import type { Actor } from '../audit/actor.ts'
import type { Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Invalid } from '../errors.ts'
import { refuseBeyond } from '../plans/beyond.ts'
import { contractsOf, lockContracts } from '../plans/contract.ts'
import { holdSubscriptions } from '../subscriptions/access.ts'
import type { Overdrawn } from '../subscriptions/overdrawn.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { applyTie, lockOwners, lockPlanRow } from '../subscriptions/tie-change.ts'
import type { Tie } from '../subscriptions/tie-judgement.ts'
import { previewTie } from '../subscriptions/tie-preview.ts'
import { idsOf } from './acceptance.ts'
import { type Action, type Former, type Judged, told } from './action.ts'
import { subscriptionCandidates, subscriptionObstacle } from './candidates.ts'
import { keepFormer } from './former-subscriptions.ts'
import { resellersOf } from './room.ts'
import { undoTying } from './tying-undo.ts'

/** P-34 to P-36: another plan, an add-on more or less, or none. */
export const tieSubscriptions: Action<Tie> = {
  of: 'subscription',
  weighs: (tie) => tie,
  lock: async (tx, ids, { planId }) => {
    await lockOwners(tx, ids)
    if (planId !== null) await lockPlanRow(tx, planId)
    await lockContracts(tx, await resellersOf(tx, ids))
    await holdSubscriptions(tx, among(subscriptions.id, ids))
  },
  judge: async (db, actor, ids, tie) => {
    const rows = await subscriptionCandidates(db, actor, ids)
    const able = rows.filter((row) => subscriptionObstacle(actor, row) === null)
    const open = tie.change !== 'custom' && tie.planId === null
    const seen = able.length > 0 && !open ? await previewTie(db, actor, idsOf(able), tie) : null
    refuseOverdrawn(tie, seen?.overdrawn[0])
    const judged = seen?.judged ?? []
    const verdicts = new Map(judged.map((one) => [one.id, one]))
    return rows.map((row): Judged => {
      const { id, domain: name } = row
      const verdict = verdicts.get(id)
      const none = open ? told('Choose from the list.') : null
      const reason = verdict?.reason ? told(verdict.reason) : null
      const obstacle = subscriptionObstacle(actor, row) ?? none ?? reason
      const unlocked = ['plan', 'custom'].includes(tie.change) && verdict?.locked
      const note =
        unlocked && !obstacle ? { note: told('It is locked, and will not be any more.') } : {}
      return { id, name, obstacle, state: [verdict?.locked, seen?.seen], ...note }
    })
  },
  act: change,
  undo: undoTying,
}

/** @throws {Invalid} at the field that asks for too much */
function refuseOverdrawn({ change }: Tie, short: Overdrawn | undefined) {
  if (!short) return
  const sentence = '{property!}: {reseller} would have sold {sold}, but has only {limit} to sell.'
  throw new Invalid(['plan', 'custom'].includes(change) ? 'plan' : 'addOn', sentence, { ...short })
}

async function change(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  tie: Tie,
  batchId: number,
): Promise<Former> {
  if (ids.length === 0) return new Map()
  const plan = tie.planId === null ? null : await lockPlanRow(tx, tie.planId)
  if (tie.change === 'add') {
    const contracts = await contractsOf(tx, await resellersOf(tx, ids))
    for (const cap of contracts.values()) refuseBeyond(cap, plan!.values)
  }
  await keepFormer(tx, batchId, 'subscription', ids)
  const going = await tx
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      accountId: subscriptions.accountId,
    })
    .from(subscriptions)
    .where(among(subscriptions.id, ids))
  await applyTie(tx, actor, going, tie, plan, batchId)
  return new Map()
}
