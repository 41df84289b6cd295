import { asc } from 'drizzle-orm'
import type { Site } from '../contract/sites.ts'
import { among } from '../db/many.ts'
import type { Part } from '../subscriptions/part.ts'
import { domains, type Subscription, type SubscriptionDomain } from '../subscriptions/schema.ts'
import { servedPhp } from './php-choice.ts'

export const wantedSites: Part = async (db, subscriptions) => {
  const ids = subscriptions.map(({ id }) => id)
  const rows = await db
    .select()
    .from(domains)
    .where(among(domains.subscriptionId, ids))
    .orderBy(asc(domains.id))
  const names = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
  return new Map(
    subscriptions.map((one) => {
      const own = names.get(one.id) ?? []
      const main = own.find(({ kind }) => kind === 'main')
      return [one.id, { sites: own.map((row) => site(row, main, one)) }]
    }),
  )
}

/** An alias shows the main domain's site, as that is. */
function site(
  row: SubscriptionDomain,
  main: SubscriptionDomain | undefined,
  { values }: Subscription,
): Site {
  const { name: domain, www, address, suspendedText, httpsOnly, kind } = row
  const shown = kind === 'alias' && main ? main : row
  const folder = shown.folder ?? shown.name
  return {
    domain,
    www,
    php: address === null ? servedPhp(values, shown.php) : null,
    ...(folder === domain ? {} : { folder }),
    ...(address === null ? {} : { redirect: address }),
    ...(suspendedText === '' ? {} : { suspendedText }),
    ...(httpsOnly ? { httpsOnly } : {}),
  }
}
