import { asc } from 'drizzle-orm'
import { SshKeys } from '../contract/ssh-keys.ts'
import { among } from '../db/many.ts'
import type { Part } from '../subscriptions/part.ts'
import { sshKeys } from './schema.ts'

export const wantedSshKeys: Part = async (db, subscriptions) => {
  const ids = subscriptions.map(({ id }) => id)
  const rows = await db
    .select()
    .from(sshKeys)
    .where(among(sshKeys.subscriptionId, ids))
    .orderBy(asc(sshKeys.id))
  const keys = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
  return new Map(
    [...keys].map(([id, own]) => [
      id,
      { sshKeys: SshKeys.parse(own.map(({ type, blob }) => ({ type, blob }))) },
    ]),
  )
}
