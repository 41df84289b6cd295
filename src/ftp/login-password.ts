import type { Actor } from '../audit/actor.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword } from '../auth/passwords.ts'
import { keepSecret, takeSecret } from '../auth/sealing.ts'
import type { Db, Transaction } from '../db/database.ts'

export interface LoginPassword {
  hash: string
  /** what was generated, and has to be shown once; null: the person typed it and knows it */
  generated: string | null
}

/** Empty means: make one up. @throws {Invalid} at `password` */
export async function loginPassword(
  db: Db,
  typed: string,
  names: string[],
): Promise<LoginPassword> {
  if (typed === '') {
    const generated = generatePassword()
    return { hash: shadowHash(generated), generated }
  }
  await requireGoodPassword(db, 'password', typed, names)
  requireHostPassword('password', typed)
  return { hash: shadowHash(typed), generated: null }
}

const minutes = 15
const secretOf = (actor: Actor, loginId: number) => ({
  purpose: 'password of an FTP login',
  objectId: loginId,
  loginId: actor.loginId,
})

/** For the login that asked for it, once (F-52, F-119). */
export async function keepToShow(
  tx: Transaction,
  key: Buffer,
  actor: Actor,
  id: number,
  text: string,
): Promise<void> {
  if (maySeeSecrets(actor)) await keepSecret(tx, key, { ...secretOf(actor, id), text, minutes })
}

export async function takeToShow(
  db: Db,
  key: Buffer,
  actor: Actor,
  id: number,
): Promise<string | null> {
  if (!maySeeSecrets(actor)) return null
  return (await takeSecret(db, key, secretOf(actor, id))) ?? null
}
