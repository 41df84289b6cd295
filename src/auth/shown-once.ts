import type { Actor } from '../audit/actor.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import type { Database, Db, Transaction } from '../db/database.ts'
import { keepSecret, type SecretOf, takeSecret } from './sealing.ts'

const minutes = 15

/** Whose generated password it is. */
export interface ShownOnce {
  purpose: 'mailbox password' | 'database password' | 'password of an FTP login'
  objectId: number
}

/**
 * Sealed, for the login that had it made and nobody else (F-52). Nothing is kept for who works in
 * somebody else's account: whose it is makes a new one (F-119).
 */
export async function keepToShow(
  tx: Transaction,
  key: Buffer,
  actor: Actor,
  of: ShownOnce,
  text: string,
): Promise<void> {
  if (maySeeSecrets(actor)) await keepSecret(tx, key, { ...secretOf(actor, of), text, minutes })
}

/** Gone when it is read; undefined for anybody else, and for the same person later. */
export async function takeToShow(
  db: Db | Database,
  key: Buffer,
  actor: Actor,
  of: ShownOnce,
): Promise<string | undefined> {
  return maySeeSecrets(actor) ? takeSecret(db, key, secretOf(actor, of)) : undefined
}

const secretOf = ({ loginId }: Actor, of: ShownOnce): SecretOf => ({ ...of, loginId })
