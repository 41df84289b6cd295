import { createHash } from 'node:crypto'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword } from '../auth/passwords.ts'
import type { ShownOnce } from '../auth/shown-once.ts'
import type { Db } from '../db/database.ts'

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

/** Under which it is kept until it was shown. */
export const shownOnce = (objectId: number): ShownOnce => ({
  purpose: 'database password',
  objectId,
})
