import { asc, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import { closeSessionsOfAccounts } from '../auth/sessions.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { Invalid } from '../errors.ts'
import { openBatch } from '../jobs/batch.ts'
import { offeredPlans } from '../plans/access.ts'
import type { Values } from '../plans/catalogue.ts'
import { type Plan, plans, resellers } from '../plans/schema.ts'
import { tooSmall } from '../subscriptions/contract-change.ts'
import { belowReseller, makeReseller, sumsOf } from '../subscriptions/conversion.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { shortages } from '../subscriptions/shortage.ts'
import { type Action, type Former, type Judged, type Told, told } from './action.ts'
import { accountCandidates, accountObstacle, type Candidate, lockAccounts } from './candidates.ts'
import { undoConverting } from './converting-undo.ts'
import { happenings } from './happenings.ts'
import { storeItems } from './items.ts'
import { choiceOf, type PlanChoices, plansIn } from './plan-choices.ts'

/** P-24, R-18: a reseller plan per customer; Custom is the sum of what it has (P-22). */
export const convertAccounts: Action<PlanChoices> = {
  of: 'account',
  weighs: (options) => options,
  lock: async (tx, ids, options) => {
    await lockAccounts(tx, ids)
    await lockPlans(tx, plansIn(options))
    await tx
      .select({ id: subscriptions.id })
      .from(subscriptions)
      .where(among(subscriptions.accountId, ids))
      .orderBy(asc(subscriptions.id))
      .for('share')
  },
  judge: async (db, actor, ids, options) => {
    const rows = await accountCandidates(db, actor, ids)
    const chosen = await chosenPlans(db, actor, options)
    const choice = choiceOf(options)
    const able = rows.filter((row) => obstacleOf(actor, row) === null)
    const terms = able.flatMap(({ id }): [number, Values][] => {
      const plan = chosen.get(choice(id) ?? 0)
      return plan ? [[id, plan.values]] : []
    })
    const short = await shortages(db, new Map(terms))
    return rows.map((row): Judged => {
      const [first] = short.get(row.id) ?? []
      const obstacle = obstacleOf(actor, row) ?? (first ? tooSmall(first) : null)
      return { id: row.id, name: row.name, obstacle }
    })
  },
  effects: async (_db, _actor, going) =>
    going.length > 0 ? [told('Everybody who is logged in to these accounts is logged out.')] : [],
  act: convert,
  undo: undoConverting,
}

/** One alone, by the rule for one; it can be undone from a receipt like many. Returns its number. */
export function convertOne(db: Database, actor: Actor, id: number, planId: number | null) {
  return db.transaction(async (tx) => {
    const { name } = await makeReseller(tx, actor, id, planId)
    const kind = 'bulk.account.convert'
    const wish = { kind, title: '', accountId: actor.accountId, count: 1, of: 'account' as const }
    const batchId = await openBatch(tx, actor, wish)
    await storeItems(tx, batchId, [{ id, name, obstacle: null }], new Map())
    return batchId
  })
}

/** Until the transaction ends they say what they say. */
export const lockPlans = (tx: Transaction, ids: number[]) =>
  tx
    .select({ id: plans.id })
    .from(plans)
    .where(among(plans.id, ids))
    .orderBy(asc(plans.id))
    .for('share')

function obstacleOf(actor: Actor, row: Candidate): Told | null {
  if (actor.kind !== 'admin') return told('Only an admin can do this.')
  if (row.kind === 'admin') return told('It is an administrator.')
  if (row.kind === 'reseller') return told('It is a reseller already.')
  if (row.provider === 'reseller') return told(belowReseller)
  return accountObstacle(actor, row)
}

/** @throws {Invalid} at `plan` when one of them is not on offer */
async function chosenPlans(db: Db, actor: Actor, options: PlanChoices) {
  const offered = await offeredPlans(db, actor.accountId, 'reseller')
  const byId = new Map<number, Plan>(offered.map((plan) => [plan.id, plan]))
  if (plansIn(options).some((id) => !byId.has(id))) {
    throw new Invalid('plan', 'Choose one of the plans on offer.')
  }
  return byId
}

async function convert(
  tx: Transaction,
  actor: Actor,
  ids: number[],
  options: PlanChoices,
): Promise<Former> {
  const chosen = await chosenPlans(tx, actor, options)
  const choice = choiceOf(options)
  const custom = await sumsOf(
    tx,
    ids.filter((id) => choice(id) === null),
  )
  const given = ids.map((id) => {
    const plan = chosen.get(choice(id) ?? 0)
    return { id, plan: plan?.id ?? null, values: plan?.values ?? custom.get(id)! }
  })
  const kind = { kind: { from: 'customer', to: 'reseller' } }
  const told = await happenings(tx, 'account', ids, 'converted', kind)
  const names = new Map(given.map(({ id, plan }) => [id, chosen.get(plan ?? 0)?.name ?? 'Custom']))
  const entries = () =>
    told.flatMap((one) => [
      one,
      {
        ...one,
        action: 'reseller.contract_given',
        changes: { plan: { to: names.get(one.object.id!) } },
      },
    ])
  // One after the other, but Postgres is at work on one while the next is prepared.
  await Promise.all([
    tx.update(accounts).set({ kind: 'reseller' }).where(among(accounts.id, ids)).execute(),
    giveContracts(tx, given),
    closeSessionsOfAccounts(tx, ids),
    recordAll(tx, actor, entries()),
  ])
  return new Map()
}

/** The same terms are sent once. */
async function giveContracts(
  tx: Transaction,
  given: { id: number; plan: number | null; values: Values }[],
) {
  const groups = [...Map.groupBy(given, ({ values }) => values)].map(([values, own]) => ({
    values,
    plan: own[0]!.plan,
    ids: own.map(({ id }) => id),
  }))
  await tx.execute(sql`
    insert into ${resellers} (account_id, plan_id, values)
    select jsonb_array_elements_text(ids)::bigint, plan, values
    from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) as given (ids jsonb, plan bigint, values jsonb)`)
}
