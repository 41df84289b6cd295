import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../db/database.ts'
import { Invalid } from '../errors.ts'
import { domains } from '../subscriptions/schema.ts'

/** With files of their own, or of another; forwardings have none. */
export const siteKinds = ['main', 'domain', 'subdomain'] as const

/**
 * The folder of the domain with that number; null = the name's own.
 *
 * @throws {Invalid} at `folder` when it is none of the subscription's
 */
export async function folderOf(
  db: Db,
  subscriptionId: number,
  sharedWith: number | null,
): Promise<string | null> {
  if (sharedWith === null) return null
  const [other] = await db
    .select()
    .from(domains)
    .where(
      and(
        eq(domains.id, sharedWith),
        eq(domains.subscriptionId, subscriptionId),
        inArray(domains.kind, siteKinds),
      ),
    )
  if (!other) throw new Invalid('folder', 'Choose from the list.')
  return other.folder ?? other.name
}
