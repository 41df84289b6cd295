import type { Actor } from '../audit/actor.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { keepSecret, takeSecret } from '../auth/sealing.ts'
import type { Database, Transaction } from '../db/database.ts'

/** What one person is shown once (S-34, S-37). */
export interface Credentials {
  occasion: 'created' | 'changed'
  /** for FTP and SSH; null: the account has no subscription yet */
  systemUser: string | null
  /** for the panel; null: that password is another one */
  login: string | null
  password: string
  /** S-70: came with it; null: its plan has no mailboxes */
  mailbox?: { address: string; password: string } | null | undefined
}

export type Holder = { subscriptionId: number } | { accountId: number }

const minutes = 15

/**
 * Sealed, for the login that asked for it and nobody else (F-52, F-53). Nothing is kept for who
 * works in somebody else's account: whose it is makes a new one (F-119).
 */
export async function keepCredentials(
  tx: Transaction,
  key: Buffer,
  actor: Actor,
  of: Holder,
  credentials: Credentials,
): Promise<void> {
  if (!maySeeSecrets(actor)) return
  const text = JSON.stringify(credentials)
  await keepSecret(tx, key, { ...secretOf(actor, of), text, minutes })
}

/** Gone when it is read; undefined for anybody else, and for the same person later. */
export async function takeCredentials(
  db: Database,
  key: Buffer,
  actor: Actor,
  of: Holder,
): Promise<Credentials | undefined> {
  if (!maySeeSecrets(actor)) return
  const text = await takeSecret(db, key, secretOf(actor, of))
  return text === undefined ? undefined : JSON.parse(text)
}

const secretOf = (actor: Actor, of: Holder) => ({
  ...('accountId' in of
    ? { purpose: 'login credentials', objectId: of.accountId }
    : { purpose: 'credentials', objectId: of.subscriptionId }),
  loginId: actor.loginId,
})
