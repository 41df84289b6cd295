import { eq } from 'drizzle-orm'
import type { Site } from '../contract/sites.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import { open } from '../secrets/seal.ts'
import { systemSettings } from '../settings/reading.ts'
import { CannotCompose } from '../subscriptions/cannot-compose.ts'
import type { SubscriptionDomain } from '../subscriptions/schema.ts'
import { keyContext } from './https.ts'
import { acmeAccounts, type Certificate, certificates } from './schema.ts'

type Named = Pick<SubscriptionDomain, 'id' | 'name' | 'subscriptionId'>
type Https = Pick<Site, 'certificate' | 'acme'>

/**
 * By the domains' numbers. The one place where a certificate's key is opened: it goes into a document,
 * which reaches the agent on its standard input and is written nowhere else.
 *
 * @throws {CannotCompose} for the subscription of a key that does not open
 */
export async function wantedHttps(
  db: Db,
  domains: Named[],
  sealingKey: Buffer,
): Promise<Map<number, Https>> {
  const byId = new Map(domains.map((one) => [one.id, one]))
  const rows = await db
    .select()
    .from(certificates)
    .where(among(certificates.domainId, [...byId.keys()]))
  if (rows.length === 0) return new Map()
  const acme = await thumbprint(db)
  return new Map(
    rows.map((row) => [row.domainId, https(row, byId.get(row.domainId)!, acme, sealingKey)]),
  )
}

function https(
  { chain, sealedKey, source }: Certificate,
  domain: Named,
  acme: string | undefined,
  sealingKey: Buffer,
): Https {
  return {
    ...(chain && sealedKey
      ? { certificate: { chain, key: opened(sealedKey, domain, sealingKey) } }
      : {}),
    ...(source === 'fetched' && acme ? { acme } : {}),
  }
}

/** What was sealed with another key, as after a backup that lacks it, is lost. */
function opened(sealedKey: Buffer, { id, name, subscriptionId }: Named, sealingKey: Buffer) {
  try {
    return open(sealingKey, sealedKey, keyContext(id))
  } catch {
    throw new CannotCompose(
      subscriptionId,
      `The private key of the certificate of ${name} cannot be opened: upload or fetch a new one.`,
    )
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
