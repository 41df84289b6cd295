import { asc, eq } from 'drizzle-orm'
import { Databases } from '../contract/databases.ts'
import { among } from '../db/many.ts'
import type { Part } from '../subscriptions/part.ts'
import { databases, databaseUsers } from './schema.ts'

export const wantedDatabases: Part = async (db, subscriptions) => {
  const ids = subscriptions.map(({ id }) => id)
  const [rows, users] = await Promise.all([
    db
      .select()
      .from(databases)
      .where(among(databases.subscriptionId, ids))
      .orderBy(asc(databases.id)),
    db
      .select({ user: databaseUsers })
      .from(databaseUsers)
      .innerJoin(databases, eq(databases.id, databaseUsers.databaseId))
      .where(among(databases.subscriptionId, ids))
      .orderBy(asc(databaseUsers.id)),
  ])
  const owned = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
  const usersOf = Map.groupBy(users, ({ user }) => user.databaseId)
  return new Map(
    subscriptions.map(({ id, values }) => {
      const all = (owned.get(id) ?? []).map((database) => ({
        name: database.name,
        users: (usersOf.get(database.id) ?? []).map(({ user }) => ({
          name: user.name,
          passwordHash: user.passwordHash,
          address: user.address,
        })),
      }))
      const promised = values.databases === 'unlimited' ? null : values.databases
      return [id, { databases: Databases.parse({ promised, all }) }]
    }),
  )
}
