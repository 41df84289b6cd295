import { and, asc, eq, gt } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { hosts } from '../hosts/schema.ts'
import type { PlanKind } from '../plans/schema.ts'
import type { Affected, Detail } from './plan-effects.ts'
import { subscriptions } from './schema.ts'

/** Somebody whom an edit of a plan would reach, or not. */
export interface AffectedRow {
  id: number
  name: string
  owner: string
  host: string
  details: Detail[]
}

export interface AffectedPage {
  rows: AffectedRow[]
  /** the name after which the next page begins */
  next: string | null
}

const size = 50

/** By name, from after that one on. */
export async function affectedPage(
  db: Db,
  kind: PlanKind,
  affected: Affected[],
  after: string,
): Promise<AffectedPage> {
  const details = new Map(affected.flatMap((one) => one.ids.map((id) => [id, one.details])))
  const ids = [...details.keys()]
  const found = await (kind === 'reseller'
    ? resellersAmong(db, ids, after)
    : subscriptionsAmong(db, ids, after))
  const rows = found.slice(0, size).map((row) => ({ ...row, details: details.get(row.id)! }))
  return { rows, next: found.length > size ? rows.at(-1)!.name : null }
}

const subscriptionsAmong = (db: Db, ids: number[], after: string) =>
  db
    .select({
      id: subscriptions.id,
      name: subscriptions.domain,
      owner: accounts.name,
      host: hosts.name,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .where(and(among(subscriptions.id, ids), gt(subscriptions.domain, after)))
    .orderBy(asc(subscriptions.domain))
    .limit(size + 1)

/** Few: who sells is counted in dozens, so all of one name come on one page. */
const resellersAmong = async (db: Db, ids: number[], after: string) => {
  const rows = await db
    .select({ id: accounts.id, name: accounts.name, owner: accounts.company })
    .from(accounts)
    .where(and(among(accounts.id, ids), gt(accounts.name, after)))
    .orderBy(asc(accounts.name), asc(accounts.id))
    .limit(size + 1)
  return rows.map((row) => ({ ...row, host: '' }))
}
