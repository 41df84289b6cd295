import { and, asc, eq } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { MAX_SSH_KEYS } from '../contract/ssh-keys.ts'
import type { Database, Db } from '../db/database.ts'
import { Forbidden, Invalid, NotFound } from '../errors.ts'
import { lockToChangeContents } from '../subscriptions/access.ts'
import { want } from '../subscriptions/want.ts'
import { publicKey } from './public-key.ts'
import { type SshKey, sshKeys } from './schema.ts'

export const keysOf = (db: Db, subscriptionId: number): Promise<SshKey[]> =>
  db
    .select()
    .from(sshKeys)
    .where(eq(sshKeys.subscriptionId, subscriptionId))
    .orderBy(asc(sshKeys.id))

/**
 * @param wish.name empty: what the key's own comment says
 * @returns the job's number
 * @throws {Invalid} at `key`
 */
export async function addKey(
  db: Database,
  actor: Actor,
  subscriptionId: number,
  wish: { name: string; key: string },
): Promise<number> {
  assertOwnWayIn(actor)
  const { comment, ...key } = publicKey(wish.key)
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockToChangeContents(tx, actor, subscriptionId)
    const present = await keysOf(tx, subscriptionId)
    if (present.some(({ fingerprint }) => fingerprint === key.fingerprint)) {
      throw new Invalid('key', 'This key is there already.')
    }
    if (present.length >= MAX_SSH_KEYS) {
      throw new Invalid('key', 'A subscription has at most {count} keys.', { count: MAX_SSH_KEYS })
    }
    const name = wish.name || comment || key.type
    await tx.insert(sshKeys).values({ subscriptionId, name, ...key })
    await record(tx, actor, {
      action: 'ssh_key.added',
      object: { kind: 'subscription', id: subscriptionId, name: subscription.domain },
      accountId: account.id,
      changes: { name: { to: name }, fingerprint: { to: key.fingerprint } },
    })
    return want(tx, actor, subscription, {})
  })
}

/** @returns the job's number */
export function removeKey(db: Database, actor: Actor, subscriptionId: number, id: number) {
  return db.transaction(async (tx) => {
    const { subscription, account } = await lockToChangeContents(tx, actor, subscriptionId)
    const [gone] = await tx
      .delete(sshKeys)
      .where(and(eq(sshKeys.id, id), eq(sshKeys.subscriptionId, subscriptionId)))
      .returning()
    if (!gone) throw new NotFound()
    await record(tx, actor, {
      action: 'ssh_key.removed',
      object: { kind: 'subscription', id: subscriptionId, name: subscription.domain },
      accountId: account.id,
      changes: { name: { from: gone.name }, fingerprint: { from: gone.fingerprint } },
    })
    return want(tx, actor, subscription, {})
  })
}

/** Who works as somebody else leaves no door open behind them (F-119). */
function assertOwnWayIn(actor: Actor) {
  if (maySeeSecrets(actor)) return
  throw new Forbidden('While logged in as somebody else you cannot add a key.')
}
