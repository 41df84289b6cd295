import { asc } from 'drizzle-orm'
import { Ftp } from '../contract/ftp.ts'
import { among } from '../db/many.ts'
import type { Part } from '../subscriptions/part.ts'
import { ftpLogins } from './schema.ts'

export const wantedFtp: Part = async (db, subscriptions) => {
  const ids = subscriptions.map(({ id }) => id)
  const rows = await db
    .select()
    .from(ftpLogins)
    .where(among(ftpLogins.subscriptionId, ids))
    .orderBy(asc(ftpLogins.id))
  const owned = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
  return new Map(
    subscriptions.map(({ id, values }) => {
      const logins = (owned.get(id) ?? []).map(({ name, folder, passwordHash }) => ({
        ...{ name, folder, passwordHash },
      }))
      const promised = values.ftpLogins === 'unlimited' ? null : values.ftpLogins
      return [id, { ftp: Ftp.parse({ promised, logins }) }]
    }),
  )
}
