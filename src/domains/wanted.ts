import { asc } from 'drizzle-orm'
import type { Site } from '../contract/sites.ts'
import { among } from '../db/many.ts'
import type { Part } from '../subscriptions/part.ts'
import { domains, type Subscription, type SubscriptionDomain } from '../subscriptions/schema.ts'

export const wantedSites: Part = async (db, subscriptions) => {
  const ids = subscriptions.map(({ id }) => id)
  const rows = await db
    .select()
    .from(domains)
    .where(among(domains.subscriptionId, ids))
    .orderBy(asc(domains.id))
  const names = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
  return new Map(
    subscriptions.map((one) => [
      one.id,
      { sites: (names.get(one.id) ?? []).map((row) => site(row, one)) },
    ]),
  )
}

const site = ({ name, www, php }: SubscriptionDomain, { values }: Subscription): Site => ({
  domain: name,
  www,
  php: values.php && php !== 'off' ? (php ?? values.phpVersion) : null,
})
