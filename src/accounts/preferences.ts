import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { difference, record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { assertStays, lockAccount, mayWrite } from './access.ts'
import type { ZoneChanged } from './contact.ts'
import { type Account, accounts } from './schema.ts'

const names = ['language', 'timeZone', 'accessibility'] as const

/** How the account sees the panel (M-12, M-28). */
export type Preferences = Pick<Account, (typeof names)[number]>

/** @param zoneChanged called when it lives by another time zone from now on */
export async function changePreferences(
  db: Database,
  actor: Actor,
  wish: Preferences,
  zoneChanged: ZoneChanged,
) {
  if (!mayWrite(actor)) throw new Forbidden('With this login you can look, but not change.')
  await db.transaction(async (tx) => {
    const account = await lockAccount(tx, actor, actor.accountId)
    assertStays(account)
    const changes = difference(account, wish, names)
    if (Object.keys(changes).length === 0) return
    await tx
      .update(accounts)
      .set({ ...wish, version: sql`${accounts.version} + 1` })
      .where(eq(accounts.id, account.id))
    if (changes.timeZone) await zoneChanged(tx, account.id)
    await record(tx, actor, {
      action: 'account.preferences_changed',
      object: { kind: 'account', id: account.id, name: account.name },
      accountId: account.id,
      changes,
    })
  })
}
