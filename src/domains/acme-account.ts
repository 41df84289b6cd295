import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import { seal } from '../secrets/seal.ts'
import { acmeAccounts } from './schema.ts'

/** What a sealed account key is bound to. */
export const accountContext = (directory: string) => `acme account ${directory}`

/** Who we are to that server: made when the first certificate is wanted of it, and known to it later. */
export async function ensureAcmeAccount(tx: Transaction, sealingKey: Buffer, directory: string) {
  const known = await tx.$count(acmeAccounts, eq(acmeAccounts.directory, directory))
  if (known > 0) return
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const sealedKey = seal(sealingKey, key, accountContext(directory))
  await tx
    .insert(acmeAccounts)
    .values({ directory, sealedKey, thumbprint: thumbprint(publicKey) })
    .onConflictDoNothing()
}

/** RFC 7638: of the members it needs, in the order of their names. */
function thumbprint(key: KeyObject): string {
  const { crv, kty, x, y } = key.export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
