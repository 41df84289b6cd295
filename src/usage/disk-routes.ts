import { eq, isNotNull, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Limit } from '../plans/property.ts'
import { measured, subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { usageSource } from './list-fields.ts'
import { overLimit } from './over.ts'

export type DiskList = Awaited<ReturnType<typeof diskList>>

/** S-59 */
export const diskUsageRoutes = new Hono<Env>()

  .get('/usage/disk', async (c) => {
    const data = await diskList(c)
    return page(c, wantsPart(c, data.list) ? 'usage/_disk' : 'usage/disk', data)
  })

  .get('/usage/disk.csv', (c) => exported(c, 'disk-usage', source))

async function diskList(c: C) {
  const all = await listed(c, source)
  const orderedBySize = Object.hasOwn(sorts, all.list.sort)
  return { ...all, orderedBySize, overLimit }
}

const places = ['home', 'web', 'mail', 'databases', 'disk'] as const

const sorts = Object.fromEntries(places.map((name) => [name, measured[name]]))

const sumOf = (name: (typeof places)[number]) => ({
  of: sql`(select ${measured[name]} from ${measured} where ${measured.subscriptionId} = ${subscriptions.id})`,
  as: 'bytes' as const,
})

const allowed = sql<Limit | null>`${subscriptions.values} -> 'disk'`
const { home, web, mail, databases, disk, at } = measured

const source = usageSource({
  figures: measured,
  on: eq(measured.subscriptionId, subscriptions.id),
  own: { home, web, mail, databases, disk, at, allowed },
  sorts,
  there: isNotNull(measured.subscriptionId),
  sort: 'domain',
  over: sql`select ${measured.subscriptionId} from ${measured} join ${subscriptions}
    on ${subscriptions.id} = ${measured.subscriptionId}
    where ${measured.over} and goes_beyond(${subscriptions.values}, 'disk', ${measured.disk})`,
  columns: ({ var: { t } }) => {
    const column = (name: (typeof places)[number], label: string) => ({
      ...{ name, label, sort: name, end: true, sum: sumOf(name) },
      text: (row: Record<(typeof places)[number], number | null>) => row[name],
    })
    // S-60
    return [
      column('home', t('Home')),
      column('web', t('Web')),
      column('mail', t('Mail (POP3)')),
      column('databases', t('MySQL')),
      column('disk', t('Total')),
      { name: 'allowed', label: t('Allowed'), end: true, text: (row) => row.allowed },
      { name: 'at', label: t('Measured'), rare: true, text: (row) => row.at },
    ]
  },
})
