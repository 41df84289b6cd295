import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { and, eq, gt, isNull, lte, sql } from 'drizzle-orm'
import type { Database, Db, Transaction } from '../db/database.ts'
import { open, seal } from '../secrets/seal.ts'
import { privateFile } from './private-file.ts'
import { sealedSecrets } from './schema.ts'

/** Lies beside the database, not in it: who reads the database alone opens nothing (F-187). */
export function sealingKey(dataFolder: string): Buffer {
  const key = privateFile(join(dataFolder, 'sealing-key'), () => randomBytes(32))
  if (key.length !== 32) throw new Error(`${join(dataFolder, 'sealing-key')} is damaged.`)
  return key
}

export interface SecretOf {
  /** what it is for: `credentials`, `root password` */
  purpose: string
  /** what it belongs to, e.g. the number of the subscription */
  objectId: number
  /** only this login may take it; null: none may, it is for the runner */
  loginId: number | null
}

/** Replaces an earlier secret of the same object, purpose and login. */
export async function keepSecret(
  tx: Transaction,
  key: Buffer,
  { text, minutes, ...of }: SecretOf & { text: string; minutes: number },
) {
  await forgetSecret(tx, of)
  await tx.insert(sealedSecrets).values({
    ...of,
    sealed: seal(key, text, contextOf(of)),
    expiresAt: sql`now() + make_interval(mins => ${minutes})`,
  })
}

/** Read and gone in one statement: of two who ask at once, one gets it (F-52). */
export async function takeSecret(db: Db, key: Buffer, of: SecretOf): Promise<string | undefined> {
  const [row] = await db.delete(sealedSecrets).where(fresh(of)).returning()
  return row && open(key, row.sealed, contextOf(of))
}

/** For work that may be killed and starts again: whoever reads this way forgets it when done. */
export async function readSecret(db: Db, key: Buffer, of: SecretOf): Promise<string | undefined> {
  const [row] = await db.select().from(sealedSecrets).where(fresh(of))
  return row && open(key, row.sealed, contextOf(of))
}

export async function forgetSecret(db: Db, of: SecretOf) {
  await db.delete(sealedSecrets).where(belongsTo(of))
}

/** For the schedule. */
export async function forgetExpiredSecrets(db: Database) {
  await db.delete(sealedSecrets).where(lte(sealedSecrets.expiresAt, sql`now()`))
}

const fresh = (of: SecretOf) => and(belongsTo(of), gt(sealedSecrets.expiresAt, sql`now()`))

const belongsTo = ({ purpose, objectId, loginId }: SecretOf) =>
  and(
    eq(sealedSecrets.purpose, purpose),
    eq(sealedSecrets.objectId, objectId),
    loginId === null ? isNull(sealedSecrets.loginId) : eq(sealedSecrets.loginId, loginId),
  )

const contextOf = ({ purpose, objectId, loginId }: SecretOf) =>
  JSON.stringify([purpose, objectId, loginId])
