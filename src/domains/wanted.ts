import { asc } from 'drizzle-orm'
import type { Site } from '../contract/sites.ts'
import { among } from '../db/many.ts'
import { MB } from '../plans/property.ts'
import type { Part } from '../subscriptions/part.ts'
import { domains, type Subscription, type SubscriptionDomain } from '../subscriptions/schema.ts'
import { servedPhp } from './php-choice.ts'
import { wantedHttps } from './wanted-https.ts'

export const wantedSites: Part = async (db, subscriptions, sealingKey) => {
  const ids = subscriptions.map(({ id }) => id)
  const rows = await db
    .select()
    .from(domains)
    .where(among(domains.subscriptionId, ids))
    .orderBy(asc(domains.id))
  const secured = new Set(subscriptions.filter(({ values }) => values.https).map(({ id }) => id))
  const https = await wantedHttps(
    db,
    rows.filter(({ subscriptionId }) => secured.has(subscriptionId)),
    sealingKey,
  )
  const names = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
  return new Map(
    subscriptions.map((one) => {
      const own = names.get(one.id) ?? []
      const main = own.find(({ kind }) => kind === 'main')
      const sites = own.map((row) => ({
        ...site(row, main, one),
        ...https.get(row.id),
      }))
      return [one.id, { sites, ...phpSettings(one) }]
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

/** One set for the whole subscription: PHP keeps what a request was given for the next one. */
function phpSettings({ values }: Subscription) {
  const { php, phpMemory: memory, phpUpload: upload, phpDisplayErrors } = values
  if (!php || !isSize(memory) || !isSize(upload)) return {}
  return { phpSettings: { memory, upload, displayErrors: phpDisplayErrors === true } }
}

/** Older values have none. */
const isSize = (value: unknown): value is number => typeof value === 'number' && value >= MB
