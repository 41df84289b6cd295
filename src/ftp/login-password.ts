import { requireHostPassword, shadowHash } from '../auth/crypt.ts'
import { requireGoodPassword } from '../auth/password-policy.ts'
import { generatePassword } from '../auth/passwords.ts'
import type { ShownOnce } from '../auth/shown-once.ts'
import type { Db } from '../db/database.ts'

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

/** Under which it is kept until it was shown. */
export const shownOnce = (objectId: number): ShownOnce => ({
  purpose: 'password of an FTP login',
  objectId,
})
