import { asc, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import type { Owned } from '../subscriptions/access.ts'
import { findContent, lockContent } from '../subscriptions/content-access.ts'
import { type Database, type DatabaseUser, databases, databaseUsers } from './schema.ts'

export interface OwnedDatabase extends Owned {
  database: Database
}

export async function findDatabase(db: Db, actor: Actor, id: number): Promise<OwnedDatabase> {
  const { content: database, ...owned } = await findContent(db, actor, databases, id)
  return { database, ...owned }
}

export async function lockDatabase(
  tx: Transaction,
  actor: Actor,
  id: number,
): Promise<OwnedDatabase> {
  const { content: database, ...owned } = await lockContent(tx, actor, databases, id)
  return { database, ...owned }
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
