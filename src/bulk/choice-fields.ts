import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm'
import { sells } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { anywhere } from '../db/typed.ts'
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
  /** there are more providers than are shown: they can be looked for by name */
  moreProviders: boolean
}

export async function choicesFor(
  c: C,
  action: string,
  { ids }: Selection,
  options: { to?: number | null },
  named: string,
): Promise<Choices> {
  const { db, actor } = c.var
  const none: Choices = { plans: [], addOns: [], providers: [], moreProviders: false }
  switch (action) {
    case 'convert':
      return { ...none, plans: await plansOf(db, [actor.accountId], 'reseller') }
    case 'move':
      return {
        ...none,
        ...(actor.kind === 'admin' ? await providerOptions(db, named, options.to ?? null) : {}),
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

const most = 200

/**
 * Administrators first; as many as are of use in one field, and the one that is chosen. `named`: part
 * of a name or company.
 */
export async function providerOptions(
  db: Db,
  named: string,
  chosen: number | null,
): Promise<Pick<Choices, 'providers' | 'moreProviders'>> {
  const typed = anywhere(named.toLowerCase())
  const rows = await db
    .select({ value: accounts.id, label: accounts.name })
    .from(accounts)
    .where(
      and(
        sells,
        ne(accounts.removing, true),
        isNull(accounts.trashedUntil),
        sql`(lower(${accounts.name}) like ${typed} or lower(${accounts.company}) like ${typed}
          or ${accounts.id} = ${chosen ?? 0})`,
      ),
    )
    .orderBy(
      sql`${accounts.id} = ${chosen ?? 0} desc`,
      asc(accounts.kind),
      sql`lower(${accounts.name})`,
      asc(accounts.id),
    )
    .limit(most + 1)
  return { providers: rows.slice(0, most), moreProviders: rows.length > most || named !== '' }
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
