import { createHash, randomInt } from 'node:crypto'
import { and, count, eq } from 'drizzle-orm'
import type { Db, Transaction } from '../db/database.ts'
import { recoveryCodes } from './schema.ts'

const howMany = 10
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** New ones in place of the old ones. About 79 bits each: too many to guess from their hashes. */
export async function renewRecoveryCodes(tx: Transaction, loginId: number): Promise<string[]> {
  const codes = Array.from({ length: howMany }, newCode)
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.loginId, loginId))
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ loginId, hash: hashOf(code) })))
  return codes
}

/** True once for each code. */
export async function takeRecoveryCode(db: Db, loginId: number, typed: string): Promise<boolean> {
  const taken = await db
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.loginId, loginId), eq(recoveryCodes.hash, hashOf(typed))))
    .returning({ loginId: recoveryCodes.loginId })
  return taken.length > 0
}

export async function recoveryCodesLeft(db: Db, loginId: number): Promise<number> {
  const [row] = await db
    .select({ left: count() })
    .from(recoveryCodes)
    .where(eq(recoveryCodes.loginId, loginId))
  return row!.left
}

/** Four groups of four, to be read out and typed off paper. */
function newCode(): string {
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}

const hashOf = (code: string) =>
  createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    .digest('base64url')
