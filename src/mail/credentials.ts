import type { Actor } from '../audit/actor.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { keepSecret, type SecretOf, takeSecret } from '../auth/sealing.ts'
import type { Database, Transaction } from '../db/database.ts'

const minutes = 15

/** A generated password, for the login that had it made and nobody else (F-52). */
export const keepMailPassword = (
  tx: Transaction,
  key: Buffer,
  actor: Actor,
  mailboxId: number,
  password: string,
): Promise<void> => keepSecret(tx, key, { ...secretOf(actor, mailboxId), text: password, minutes })

/** Gone when it is read; not for who works in somebody else's account (F-119). */
export async function takeMailPassword(
  db: Database,
  key: Buffer,
  actor: Actor,
  mailboxId: number,
): Promise<string | undefined> {
  return maySeeSecrets(actor) ? takeSecret(db, key, secretOf(actor, mailboxId)) : undefined
}

const secretOf = (actor: Actor, mailboxId: number): SecretOf => ({
  purpose: 'mailbox password',
  objectId: mailboxId,
  loginId: actor.loginId,
})
