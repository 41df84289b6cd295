import { and, asc, eq, inArray, ne, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { visiblePlans } from '../plans/access.ts'
import { type PlanKind, plans } from '../plans/schema.ts'

export interface Choice {
  value: number
  label: string
}

/** More than anybody looks through; whoever has more comes by a link from the one that is meant. */
const most = 200

/** To whom the accounts that this actor sees may belong; only admins see several. */
export async function providerChoices(db: Db, actor: Actor, chosen?: number): Promise<Choice[]> {
  if (actor.kind !== 'admin') return []
  return db
    .select({ value: accounts.id, label: accounts.name })
    .from(accounts)
    .where(and(visibleAccounts(actor), ne(accounts.kind, 'customer')))
    .orderBy(first(accounts.id, chosen), asc(sql`lower(${accounts.name})`), asc(accounts.id))
    .limit(most)
}

export async function planChoices(
  db: Db,
  actor: Actor,
  kinds: readonly PlanKind[],
  chosen?: number,
): Promise<Choice[]> {
  if (actor.kind === 'customer') return []
  const owner = alias(accounts, 'owner')
  const rows = await db
    .select({ value: plans.id, label: plans.name, ownerId: plans.ownerId, owner: owner.name })
    .from(plans)
    .innerJoin(owner, eq(owner.id, plans.ownerId))
    .where(and(visiblePlans(actor), inArray(plans.kind, [...kinds])))
    .orderBy(first(plans.id, chosen), asc(sql`lower(${plans.name})`), asc(plans.id))
    .limit(most)
  // Two sellers may each have a plan Gold.
  return rows.map(({ value, label, ownerId, owner }) => ({
    value,
    label: ownerId === actor.accountId ? label : `${label} · ${owner}`,
  }))
}

/** Machines are the admin's. */
export async function hostChoices(db: Db, actor: Actor): Promise<Choice[]> {
  if (actor.kind !== 'admin') return []
  return db
    .select({ value: hosts.id, label: hosts.name })
    .from(hosts)
    .orderBy(asc(hosts.name))
    .limit(most)
}

const first = (id: SQLWrapper, chosen: number | undefined): SQL => sql`${id} <> ${chosen ?? 0}`

/** What to call an account that a list was asked for; nothing is said of one that is not theirs to see. */
export async function accountName(db: Db, actor: Actor, id: number): Promise<string> {
  const [row] = await db
    .select({ name: accounts.name })
    .from(accounts)
    .where(and(eq(accounts.id, id), visibleAccounts(actor)))
  return row?.name ?? String(id)
}
