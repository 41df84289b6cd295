import { asc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { mayChange } from '../audit/roles.ts'
import type { Db, Transaction } from '../db/database.ts'
import { counted, having, type Some, some } from '../db/some.ts'
import { Forbidden, NotFound, Stale } from '../errors.ts'
import { type Host, hosts } from './schema.ts'

/** Machines are the admin's: to everybody else they are not there. */
const maySee = (actor: Actor) => actor.kind === 'admin'

export const mayChangeHosts = (actor: Actor): boolean =>
  maySee(actor) && mayChange(actor, 'hosting')

export interface ListedHost extends Host {
  subscriptions: Some
}

export function listHosts(db: Db, actor: Actor): Promise<ListedHost[]> {
  if (!maySee(actor)) throw new NotFound()
  return listed(db).orderBy(asc(hosts.name))
}

export async function findHost(db: Db, actor: Actor, id: number): Promise<ListedHost> {
  if (!maySee(actor)) throw new NotFound()
  return only(await listed(db).where(eq(hosts.id, id)))
}

/** @throws {Stale} when it is not the version a form was drawn from (F-73); null: no form was */
export async function lockHost(
  tx: Transaction,
  actor: Actor,
  id: number,
  version: number | null = null,
): Promise<Host> {
  if (!maySee(actor)) throw new NotFound()
  const host = only(await tx.select().from(hosts).where(eq(hosts.id, id)).for('update'))
  if (!mayChangeHosts(actor)) throw new Forbidden('With this login you can look, but not change.')
  if (version !== null && host.version !== version) {
    throw new Stale('Somebody else changed this host in the meantime. Look at it again.')
  }
  return host
}

/** By name, because subscriptions know hosts and not the other way round. */
export const subscriptionCount = sql<number>`(
  select count(*)::integer from subscriptions where subscriptions.host_id = hosts.id)`

export const someSubscriptions = counted(
  sql`select from subscriptions where ${having(sql`hosts.id`, sql`subscriptions.host_id`, sql`subscriptions.id`)}`,
).mapWith(some)

function listed(db: Db) {
  return db
    .select({ ...getTableColumns(hosts), subscriptions: someSubscriptions })
    .from(hosts)
    .$dynamic()
}

function only<H extends Host>(rows: H[]): H {
  const [host] = rows
  if (!host) throw new NotFound()
  return host
}
