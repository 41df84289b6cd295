import { eq } from 'drizzle-orm'
import type { Site } from '../contract/sites.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { open } from '../secrets/seal.ts'
import { systemSettings } from '../settings/reading.ts'
import { keyContext } from './https.ts'
import { acmeAccounts, type Certificate, certificates } from './schema.ts'

type Https = Pick<Site, 'certificate' | 'acme'>

/**
 * By the domains' numbers. The one place where a certificate's key is opened: it goes into a document,
 * which reaches the agent on its standard input and is written nowhere else.
 */
export async function wantedHttps(
  db: Db,
  domainIds: number[],
  sealingKey: Buffer,
): Promise<Map<number, Https>> {
  const rows = await db.select().from(certificates).where(among(certificates.domainId, domainIds))
  if (rows.length === 0) return new Map()
  const acme = await thumbprint(db)
  return new Map(rows.map((row) => [row.domainId, https(row, acme, sealingKey)]))
}

function https(row: Certificate, acme: string | undefined, sealingKey: Buffer): Https {
  const { chain, sealedKey, domainId, source } = row
  return {
    ...(chain && sealedKey
      ? { certificate: { chain, key: open(sealingKey, sealedKey, keyContext(domainId)) } }
      : {}),
    ...(source === 'fetched' && acme ? { acme } : {}),
  }
}

async function thumbprint(db: Db): Promise<string | undefined> {
  const { acmeDirectory } = await systemSettings(db)
  const [account] = await db
    .select({ thumbprint: acmeAccounts.thumbprint })
    .from(acmeAccounts)
    .where(eq(acmeAccounts.directory, acmeDirectory))
  return account?.thumbprint
}
