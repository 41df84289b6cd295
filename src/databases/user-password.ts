import { createHash } from 'node:crypto'
import type { Actor } from '../audit/actor.ts'
import { maySeeSecrets } from '../audit/roles.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword } from '../auth/passwords.ts'
import { keepSecret, takeSecret } from '../auth/sealing.ts'
import type { Db, Transaction } from '../db/database.ts'

export interface UserPassword {
  hash: string
  /** what was generated, and has to be shown once; null: the person typed it and knows it */
  generated: string | null
}

/** Empty means: make one up. @throws {Invalid} at `password` */
export async function userPassword(db: Db, typed: string, names: string[]): Promise<UserPassword> {
  if (typed === '') {
    const generated = generatePassword()
    return { hash: mysqlHash(generated), generated }
  }
  await requireGoodPassword(db, 'password', typed, names)
  return { hash: mysqlHash(typed), generated: null }
}

/** MariaDB's `mysql_native_password`, which every PHP speaks: SHA-1 twice, in capitals. */
export function mysqlHash(password: string): string {
  const once = createHash('sha1').update(password, 'utf8').digest()
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`
}

const minutes = 15
const secretOf = (actor: Actor, userId: number) => ({
  purpose: 'database password',
  objectId: userId,
  loginId: actor.loginId,
})

/** For the login that asked for it, once (F-52, F-119). */
export async function keepToShow(
  tx: Transaction,
  key: Buffer,
  actor: Actor,
  userId: number,
  text: string,
): Promise<void> {
  if (maySeeSecrets(actor)) await keepSecret(tx, key, { ...secretOf(actor, userId), text, minutes })
}

export async function takeToShow(
  db: Db,
  key: Buffer,
  actor: Actor,
  userId: number,
): Promise<string | null> {
  if (!maySeeSecrets(actor)) return null
  return (await takeSecret(db, key, secretOf(actor, userId))) ?? null
}
