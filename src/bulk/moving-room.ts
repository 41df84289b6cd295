import type { Account } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { catalogue, type PropertyKey, type Values } from '../plans/catalogue.ts'
import { type LimitProperty, unlimited } from '../plans/property.ts'
import { inUnit, labelWithUnit } from '../plans/units.ts'
import { scarce } from '../subscriptions/budget.ts'
import type { Moved } from './moving-judgement.ts'

/** @throws Invalid at `to`, with the numbers */
export async function refuseWithoutRoom(
  db: Db,
  target: Account,
  customers: number,
  moved: Moved[],
): Promise<void> {
  const budget = (await scarce(db, [target.id])).get(target.id)!
  for (const [key, { limit, sold, oversell, free }] of budget) {
    if (limit === unlimited || free === unlimited || oversell) continue
    const wanted = needed(key, customers, moved)
    if (wanted === 0 || sold + wanted <= limit) continue
    const { unit } = catalogue[key] as LimitProperty
    throw new Invalid(
      'to',
      '{property!}: {wanted} are needed, but {name} has only {free} of {limit} left.',
      {
        property: labelWithUnit(catalogue[key]),
        name: target.name,
        wanted: inUnit(unit, wanted),
        free: inUnit(unit, free),
        limit: inUnit(unit, limit),
      },
    )
  }
}

function needed(key: PropertyKey, customers: number, moved: Moved[]): number {
  if (key === 'customers') return customers
  if (key === 'subscriptions') return moved.length
  return moved.reduce((sum, { to }) => sum + amount(to, key), 0)
}

const amount = (values: Values, key: PropertyKey): number => {
  const value = values[key]
  return typeof value === 'number' ? value : 0
}
