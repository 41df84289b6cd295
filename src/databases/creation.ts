import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { keepToShow } from '../auth/shown-once.ts'
import type { Database as Db } from '../db/database.ts'
import { codeOf, uniqueViolation } from '../db/failure.ts'
import { Taken } from '../errors.ts'
import { ownName } from '../names/own.ts'
import { findSubscription } from '../subscriptions/access.ts'
import { takeRoom } from '../subscriptions/room.ts'
import { want } from '../subscriptions/want.ts'
import { databaseAddress } from './address.ts'
import { databases, databaseUsers } from './schema.ts'
import { shownOnce, userPassword } from './user-password.ts'

export interface DatabaseWish {
  /** as typed, with or without the system user before it */
  name: string
  /** empty = generated, and shown once */
  password: string
  /** empty = the host itself only */
  address: string
}

export interface Created {
  databaseId: number
  userId: number
  /** somebody has to read its password */
  generated: boolean
  jobId: number
}

/** S-17: a database, and a user of the same name for it. */
export async function createDatabase(
  db: Db,
  sealingKey: Buffer,
  actor: Actor,
  subscriptionId: number,
  wish: DatabaseWish,
): Promise<Created> {
  const { subscription: before } = await findSubscription(db, actor, subscriptionId)
  const name = ownName('name', before.systemUser, wish.name)
  const address = databaseAddress('address', wish.address)
  const password = await userPassword(db, wish.password, [name, before.systemUser])

  return db
    .transaction(async (tx) => {
      const { subscription, account } = await takeRoom(tx, actor, subscriptionId, 'databases')
      const [database] = await tx
        .insert(databases)
        .values({ subscriptionId, name })
        .returning({ id: databases.id })
      const [user] = await tx
        .insert(databaseUsers)
        .values({ databaseId: database!.id, name, address, passwordHash: password.hash })
        .returning({ id: databaseUsers.id })
      const generated = password.generated !== null
      if (password.generated) {
        await keepToShow(tx, sealingKey, actor, shownOnce(user!.id), password.generated)
      }
      await record(tx, actor, {
        action: 'database.created',
        object: { kind: 'database', id: database!.id, name },
        accountId: account.id,
        changes: { address: { to: address } },
      })
      const jobId = await want(tx, actor, subscription, {})
      return { databaseId: database!.id, userId: user!.id, generated, jobId }
    })
    .catch(takenAt('name'))
}

export const takenAt = (field: string) => (error: unknown) => {
  if (codeOf(error) === uniqueViolation) throw new Taken(field, 'This name is already in use.')
  throw error
}
