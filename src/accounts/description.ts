import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { assertStays, lockAccount, mayManage } from './access.ts'
import { type Account, accounts } from './schema.ts'

/** P-9, P-10, P-62: the provider's own note; never for the account that it is about. */
export const mayReadDescription = (actor: Actor, account: Pick<Account, 'id' | 'providerId'>) =>
  account.id !== actor.accountId &&
  (actor.kind === 'admin' || account.providerId === actor.accountId)

/** P-12 */
export async function describe(db: Database, actor: Actor, id: number, description: string) {
  await db.transaction(async (tx) => {
    const account = await lockAccount(tx, actor, id)
    if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
    assertStays(account)

    const changes = difference(account, { description }, ['description'])
    if (Object.keys(changes).length === 0) return
    await tx
      .update(accounts)
      .set({ description, version: sql`${accounts.version} + 1` })
      .where(eq(accounts.id, id))
    await record(tx, actor, {
      action: 'account.described',
      object: { kind: 'account', id, name: account.name },
      // Entries with an account are shown to it; this note is not.
      accountId: null,
      changes,
    })
  })
}
