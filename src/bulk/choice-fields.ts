import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { offeredPlans } from '../plans/access.ts'
import type { PlanKind } from '../plans/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { sellerOfAccount } from '../subscriptions/trash-days.ts'
import type { C } from '../web/env.ts'
import type { Option } from '../web/form-fields.ts'
import type { Selection } from './schema.ts'

/** What the form of an action offers to choose from. */
export interface Choices {
  plans: Option[]
  addOns: Option[]
  providers: Option[]
}

export async function choicesFor(
  c: C,
  action: string,
  { ids }: Selection,
  options: { to?: number | null },
): Promise<Choices> {
  const { db, actor } = c.var
  const none: Choices = { plans: [], addOns: [], providers: [] }
  switch (action) {
    case 'convert':
      return { ...none, plans: await plansOf(db, [actor.accountId], 'reseller') }
    case 'move':
      return {
        ...none,
        providers: actor.kind === 'admin' ? await providerOptions(db) : [],
        plans: options.to ? await plansOf(db, [options.to], 'service') : [],
      }
    case 'plan': {
      const sellers = await sellersOf(db, ids)
      return {
        ...none,
        plans: await plansOf(db, sellers, 'service'),
        addOns: await plansOf(db, sellers, 'add-on'),
      }
    }
    default:
      return none
  }
}

const most = 1000

/** Administrators first. */
export async function providerOptions(db: Db): Promise<Option[]> {
  const rows = await db
    .select({ value: accounts.id, label: accounts.name })
    .from(accounts)
    .where(
      and(
        inArray(accounts.kind, ['admin', 'reseller']),
        ne(accounts.removing, true),
        isNull(accounts.trashedUntil),
      ),
    )
    .orderBy(asc(accounts.kind), sql`lower(${accounts.name})`, asc(accounts.id))
    .limit(most)
  return rows
}

/** On offer at any of these; where one has it not, the preview says so. */
export async function plansOf(db: Db, sellers: number[], kind: PlanKind): Promise<Option[]> {
  const found = await Promise.all(sellers.map((seller) => offeredPlans(db, seller, kind)))
  const all = new Map(found.flat().map((plan) => [plan.id, plan]))
  return [...all.values()].map(({ id, name, title }) => ({ value: id, label: title || name }))
}

/** Of so many that a select is still of use. */
async function sellersOf(db: Db, subscriptionIds: number[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ id: sellerOfAccount.mapWith(Number) })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(among(subscriptions.id, subscriptionIds))
    .limit(20)
  return rows.map(({ id }) => id)
}
