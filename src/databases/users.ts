import { eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { keepToShow } from '../auth/shown-once.ts'
import type { Database as Db, Transaction } from '../db/database.ts'
import { Conflict } from '../errors.ts'
import { ownName } from '../names/own.ts'
import { want } from '../subscriptions/want.ts'
import { findDatabase, findUser, lockDatabase, type OwnedDatabase, usersOf } from './access.ts'
import { databaseAddress } from './address.ts'
import { takenAt } from './creation.ts'
import { databaseUsers } from './schema.ts'
import { shownOnce, userPassword } from './user-password.ts'

/** More would be a mistake, and a host takes no more. */
const mostUsers = 50

export interface UserWish {
  name: string
  password: string
  address: string
}

export interface ChangedUser {
  userId: number
  generated: boolean
  jobId: number
}

export async function addUser(
  db: Db,
  key: Buffer,
  actor: Actor,
  databaseId: number,
  wish: UserWish,
): Promise<ChangedUser> {
  const { database: before, subscription } = await findDatabase(db, actor, databaseId)
  const name = ownName('name', subscription.systemUser, wish.name)
  const address = databaseAddress('address', wish.address)
  const password = await userPassword(db, wish.password, [name, before.name])

  const add = async (tx: Transaction) => {
    const owned = await lockDatabase(tx, actor, databaseId)
    if ((await usersOf(tx, owned.database)).length >= mostUsers) {
      throw new Conflict('A database has at most {most} users.', { most: mostUsers })
    }
    const [user] = await tx
      .insert(databaseUsers)
      .values({ databaseId, name, address, passwordHash: password.hash })
      .returning({ id: databaseUsers.id })
    if (password.generated)
      await keepToShow(tx, key, actor, shownOnce(user!.id), password.generated)
    const jobId = await tell(tx, actor, owned, 'database.user_added', { user: { to: name } })
    return { userId: user!.id, generated: password.generated !== null, jobId }
  }
  return db.transaction(add).catch(takenAt('name'))
}

export async function changeUserPassword(
  db: Db,
  key: Buffer,
  actor: Actor,
  databaseId: number,
  userId: number,
  typed: string,
): Promise<ChangedUser> {
  requireOwnHands(actor)
  const { database: before } = await findDatabase(db, actor, databaseId)
  const user = await findUser(db, before, userId)
  const password = await userPassword(db, typed, [user.name, before.name])

  return db.transaction(async (tx) => {
    const owned = await lockDatabase(tx, actor, databaseId)
    await findUser(tx, owned.database, userId)
    await tx
      .update(databaseUsers)
      .set({ passwordHash: password.hash })
      .where(eq(databaseUsers.id, userId))
    if (password.generated) await keepToShow(tx, key, actor, shownOnce(userId), password.generated)
    const changes = { user: { to: user.name } }
    const jobId = await tell(tx, actor, owned, 'database.password_changed', changes)
    return { userId, generated: password.generated !== null, jobId }
  })
}

/** @returns the job's number */
export function removeUser(db: Db, actor: Actor, databaseId: number, userId: number) {
  return db.transaction(async (tx) => {
    const owned = await lockDatabase(tx, actor, databaseId)
    const { name } = await findUser(tx, owned.database, userId)
    await tx.delete(databaseUsers).where(eq(databaseUsers.id, userId))
    return tell(tx, actor, owned, 'database.user_removed', { user: { from: name } })
  })
}

async function tell(
  tx: Transaction,
  actor: Actor,
  { database, subscription, account }: OwnedDatabase,
  action: string,
  changes: Record<string, { from?: string; to?: string }>,
): Promise<number> {
  const object = { kind: 'database', id: database.id, name: database.name }
  await record(tx, actor, { action, object, accountId: account.id, changes })
  return want(tx, actor, subscription, {})
}
