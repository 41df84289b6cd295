import { and, eq } from 'drizzle-orm'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import type { Also } from '../auth/reset.ts'
import type { Db } from '../db/database.ts'
import { setAllPasswords } from './login-change.ts'
import { subscriptions } from './schema.ts'

/**
 * the password somebody chooses for the panel becomes that of FTP and SSH too.
 *
 * @throws {Invalid} at `password` when no host could check it
 */
export function alsoForHosting(password: string): Also {
  requireHostPassword('password', password)
  const hash = shadowHash(password)
  return (tx, actor, accountId) => setAllPasswords(tx, actor, accountId, hash)
}

export async function hasSubscriptions(db: Db, accountId: number): Promise<boolean> {
  const found = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.accountId, accountId), eq(subscriptions.removing, false)))
    .limit(1)
  return found.length > 0
}
