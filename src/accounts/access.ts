import { type AnyColumn, and, eq, or, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { mayChange } from '../audit/roles.ts'
import type { Db, Transaction } from '../db/database.ts'
import { counted, having, type Some, some } from '../db/some.ts'
import { Conflict, NotFound } from '../errors.ts'
import { type Account, accounts } from './schema.ts'

/** An admin sees all, a reseller itself and its customers, a customer itself (P-2). */
export function visibleAccounts({ kind, accountId: me }: Seen): SQL {
  switch (kind) {
    case 'admin':
      return sql`true`
    case 'reseller':
      return or(eq(accounts.id, me), eq(accounts.providerId, me))!
    case 'customer':
      return eq(accounts.id, me)
  }
}

/** Whose sight it is: of an actor, or a placeholder or column where one statement serves many. */
export interface Seen {
  kind: Actor['kind']
  accountId: number | Placeholder | AnyColumn
}

interface Part {
  part: SQL
  /** a single account */
  one?: true
}

/** The same in parts, each with an index of its own. */
export function visibleAccountParts({ kind, accountId: me }: Seen): Part[] {
  const self: Part = { part: eq(accounts.id, me), one: true }
  switch (kind) {
    case 'admin':
      return [{ part: sql`true` }]
    case 'reseller':
      return [{ part: eq(accounts.providerId, me) }, self]
    case 'customer':
      return [self]
  }
}

/** Providers, in the words of their index: a parameter would hide them from the planner. */
export const sells = sql`${accounts.kind} in ('admin', 'reseller')`

/** For tables that name an account: `inArray(jobs.accountId, visibleAccountIds(db, actor))`. */
export function visibleAccountIds(db: Db, actor: Actor) {
  return db.select({ id: accounts.id }).from(accounts).where(visibleAccounts(actor))
}

export async function findAccount(db: Db, actor: Actor, id: number): Promise<Account> {
  return only(await visible(db, actor, id))
}

/** All that this account provides for, whatever becomes of them. */
export async function customersBelow(db: Db, id: number): Promise<Some> {
  const [row] = await db
    .select({
      found: counted(
        sql`select from ${accounts} where ${having(id, accounts.providerId, accounts.id)}`,
      ),
    })
    .from(sql`(select) as nothing`)
  return some(row!.found)
}

export async function lockAccount(tx: Transaction, actor: Actor, id: number): Promise<Account> {
  return only(await visible(tx, actor, id).for('update'))
}

/** Whoever sells to somebody: admins and resellers. */
export const maySell = (actor: Actor): boolean => actor.kind !== 'customer' && mayWrite(actor)

/** a read-only login changes nothing, and one for mail nothing else. */
export const mayWrite = (actor: Actor): boolean => mayChange(actor, 'hosting')

/** What only the provider of an account does: change it, suspend it, remove it. Never to oneself. */
export function mayManage(actor: Actor, account: Pick<Account, 'id' | 'providerId'>): boolean {
  return (
    maySell(actor) &&
    account.id !== actor.accountId &&
    (actor.kind === 'admin' || account.providerId === actor.accountId)
  )
}

/** Neither in the trash nor being taken off the hosts. */
export const stays = ({ removing, trashedUntil }: Pick<Account, 'removing' | 'trashedUntil'>) =>
  !removing && trashedUntil === null

/** @throws {Conflict} for one on its way out: nothing about it can be changed any more */
export function assertStays(account: Pick<Account, 'removing' | 'trashedUntil'>): void {
  if (account.removing) throw new Conflict('This account is being removed.')
  if (account.trashedUntil) throw new Conflict('This account is in the trash. Restore it first.')
}

function visible(db: Db, actor: Actor, id: number) {
  return db
    .select()
    .from(accounts)
    .where(and(eq(accounts.id, id), visibleAccounts(actor)))
}

function only(rows: Account[]): Account {
  const [account] = rows
  if (!account) throw new NotFound()
  return account
}
