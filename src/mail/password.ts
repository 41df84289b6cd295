import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword } from '../auth/passwords.ts'
import { keepToShow } from '../auth/shown-once.ts'
import type { Database } from '../db/database.ts'
import { want } from '../subscriptions/want.ts'
import { addressOf, lockMailbox } from './access.ts'
import { shownOnce } from './credentials.ts'
import { mailboxes } from './schema.ts'

/** null: one is made, and shown once. @returns the job's number */
export function changeMailboxPassword(
  db: Database,
  sealingKey: Buffer,
  actor: Actor,
  id: number,
  typed: string | null,
): Promise<number> {
  requireOwnHands(actor)
  return db.transaction(async (tx) => {
    const { mailbox, subscription, account } = await lockMailbox(tx, actor, id)
    const password = typed ?? generatePassword()
    if (typed !== null) {
      requireHostPassword('password', password)
      await requireGoodPassword(tx, 'password', password, [mailbox.local])
    }
    await tx
      .update(mailboxes)
      .set({ passwordHash: shadowHash(password), version: sql`${mailboxes.version} + 1` })
      .where(eq(mailboxes.id, id))
    await record(tx, actor, {
      action: 'mailbox.password_changed',
      object: { kind: 'mailbox', id, name: addressOf(mailbox) },
      accountId: account.id,
    })
    if (typed === null) await keepToShow(tx, sealingKey, actor, shownOnce(id), password)
    return want(tx, actor, subscription, {})
  })
}
