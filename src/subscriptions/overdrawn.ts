import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { catalogue, type PropertyKey, type Values } from '../plans/catalogue.ts'
import { type LimitProperty, unlimited } from '../plans/property.ts'
import { inUnit, labelWithUnit } from '../plans/units.ts'
import type { Line } from './budget.ts'
import type { Held } from './plan-values.ts'

export interface Overdrawn {
  reseller: string
  /** English, with its unit */
  property: string
  sold: number
  limit: number
}

/** What `refuseMoreOversold` will refuse once each group has its new values, told in advance. */
export async function overdrawn(db: Db, held: Held, after: Values[]): Promise<Overdrawn[]> {
  const found = beyond(held, after)
  const ids = found.map(({ resellerId }) => resellerId)
  const rows = await db.select().from(accounts).where(among(accounts.id, ids))
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return found.map(({ resellerId, ...told }) => ({ ...told, reseller: names.get(resellerId)! }))
}

function beyond({ groups, budgets }: Held, after: Values[]) {
  return [...budgets].flatMap(([resellerId, budget]) =>
    [...budget].flatMap(([key, line]) => {
      const more = groups.reduce(
        (sum, group, index) =>
          group.resellerId === resellerId
            ? sum + group.ids.length * (number(after[index]!, key) - number(group.values, key))
            : sum,
        0,
      )
      return more > 0 && isOver(line, more) ? told(resellerId, key, line, more) : []
    }),
  )
}

const isOver = ({ sold, limit, oversell }: Line, more: number) =>
  !oversell && limit !== unlimited && sold + more > limit

function told(resellerId: number, key: PropertyKey, { sold, limit }: Line, more: number) {
  const { unit } = catalogue[key] as LimitProperty
  return {
    resellerId,
    property: labelWithUnit(catalogue[key]),
    sold: inUnit(unit, sold + more) as number,
    limit: inUnit(unit, limit) as number,
  }
}

/** "Unlimited" is all that is left, and adds nothing to what is sold. */
const number = (values: Values, key: PropertyKey): number =>
  typeof values[key] === 'number' ? values[key] : 0
