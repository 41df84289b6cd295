import { and, asc, eq, inArray, type SQL } from 'drizzle-orm'
import { visibleAccountIds } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import { lockToChangeContents } from '../subscriptions/access.ts'
import { type Subscription, subscriptions } from '../subscriptions/schema.ts'
import { type Database, type DatabaseUser, databases, databaseUsers } from './schema.ts'

export interface OwnedDatabase {
  database: Database
  subscription: Subscription
  account: Account
}

/** For queries that join `subscriptions`: a database is as visible as the account that has it. */
export const visibleDatabases = (db: Db, actor: Actor): SQL =>
  inArray(subscriptions.accountId, visibleAccountIds(db, actor))

export async function findDatabase(db: Db, actor: Actor, id: number): Promise<OwnedDatabase> {
  const [found] = await db
    .select({ database: databases, subscription: subscriptions, account: accounts })
    .from(databases)
    .innerJoin(subscriptions, eq(subscriptions.id, databases.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(eq(databases.id, id), visibleDatabases(db, actor)))
  if (!found) throw new NotFound()
  return found
}

/** Its subscription is locked until the transaction ends, and with it all its databases. */
export async function lockDatabase(
  tx: Transaction,
  actor: Actor,
  id: number,
): Promise<OwnedDatabase> {
  const { subscription } = await findDatabase(tx, actor, id)
  const owned = await lockToChangeContents(tx, actor, subscription.id)
  const [database] = await tx.select().from(databases).where(eq(databases.id, id))
  if (!database) throw new NotFound()
  return { ...owned, database }
}

export const usersOf = (db: Db, { id }: Database): Promise<DatabaseUser[]> =>
  db
    .select()
    .from(databaseUsers)
    .where(eq(databaseUsers.databaseId, id))
    .orderBy(asc(databaseUsers.id))

/** One of that database. */
export async function findUser(db: Db, database: Database, id: number): Promise<DatabaseUser> {
  const found = (await usersOf(db, database)).find((user) => user.id === id)
  if (!found) throw new NotFound()
  return found
}
