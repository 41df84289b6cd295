import { eq } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Transaction } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import type { LimitProperty } from '../plans/property.ts'
import { inUnit, labelWithUnit } from '../plans/units.ts'
import { type Budget, type Line, over } from './budget.ts'

/**
 * After a change that may have given something away: refuses it where a reseller has now sold more
 * than it has, and more than before. One that had oversold already may still sell less.
 *
 * @throws Invalid for the form as a whole, with the reseller and the numbers
 */
export async function refuseMoreOversold(
  tx: Transaction,
  before: Map<number, Budget>,
  after: Map<number, Budget>,
) {
  for (const [resellerId, budget] of after) {
    const former = before.get(resellerId)!
    const worse = [...budget].find(
      ([key, line]) => over(line) > 0 && line.sold > former.get(key)!.sold,
    )
    if (worse) await refuse(tx, resellerId, ...worse)
  }
}

async function refuse(tx: Transaction, resellerId: number, key: PropertyKey, line: Line) {
  const { unit } = catalogue[key] as LimitProperty
  const [reseller] = await tx.select().from(accounts).where(eq(accounts.id, resellerId))
  throw new Invalid(
    '',
    '{property!}: {reseller} would have sold {sold}, but has only {limit} to sell.',
    {
      property: labelWithUnit(catalogue[key]),
      reseller: reseller!.name,
      sold: inUnit(unit, line.sold),
      limit: inUnit(unit, line.limit),
    },
  )
}
