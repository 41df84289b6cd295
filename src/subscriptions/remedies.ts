import { asc, countDistinct, desc, eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { canInstall, type Installable } from '../contract/installable.ts'
import type { Said } from '../contract/said.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { catalogue, type PropertyKey, type Value } from '../plans/catalogue.ts'
import type { Property } from '../plans/property.ts'
import { type ConflictGroup, someOfGroup } from './conflict-groups.ts'
import { conflicts, subscriptions } from './schema.ts'

/** What would mend the conflicts of many subscriptions on one host. */
export interface Remedy {
  hostId: number
  host: string
  property: Property
  wanted: Value
  available: Value
  /** in the host's words */
  remedy: string
  said: Said | null
  subscriptions: number
  /** what its agent can install for it, if anything */
  feature: Installable | null
}

const mostRemedies = 100

/** The one that helps most first. */
export async function remedies(db: Db, actor: Actor, group: ConflictGroup): Promise<Remedy[]> {
  const helped = countDistinct(conflicts.subscriptionId)
  const debian = sql<string | null>`${hosts.facts}->>'debian'`
  const { property, wanted, available, remedy, said } = conflicts
  const same = [property, wanted, available, remedy, said]
  const rows = await db
    .select({
      hostId: hosts.id,
      host: hosts.name,
      debian,
      property: conflicts.property,
      wanted: conflicts.wanted,
      available: conflicts.available,
      remedy: conflicts.remedy,
      said: conflicts.said,
      subscriptions: helped,
    })
    .from(conflicts)
    .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .where(someOfGroup(actor, group))
    .groupBy(hosts.id, hosts.name, debian, ...same)
    .orderBy(desc(helped), asc(hosts.name), asc(conflicts.property))
    .limit(mostRemedies)

  return rows.flatMap(({ debian, ...row }) => {
    if (!Object.hasOwn(catalogue, row.property)) return []
    const key = row.property as PropertyKey
    const feature = installableFor(key, row.wanted, debian)
    return [{ ...row, property: catalogue[key], feature }]
  })
}

/** What has to be installed on a host of that Debian so that it can give this value. */
export function installableFor(
  key: PropertyKey,
  wanted: Value,
  debian: string | null | undefined,
): Installable | null {
  const property: Property = catalogue[key]
  if (property.kind === 'list' || !property.hostProvides || !debian) return null
  const { hostProvides } = property
  const feature = typeof hostProvides === 'string' ? hostProvides : hostProvides[String(wanted)]
  return feature && canInstall(feature, debian) ? feature : null
}
