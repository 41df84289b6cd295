import { and, eq, isNotNull, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Limit } from '../plans/property.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { wantsPart } from '../web/list.ts'
import { exported, listed } from '../web/listed.ts'
import { page } from '../web/respond.ts'
import { trafficChart } from './chart.ts'
import { usageSource } from './list-fields.ts'
import { monthlyTotals } from './monthly.ts'
import { overLimit } from './over.ts'
import { usageMonths } from './schema.ts'

export type TrafficPage = Awaited<ReturnType<typeof overview>>
export type MonthList = Awaited<ReturnType<typeof monthList>>

const month = ':month{20[0-9][0-9]-(?:0[1-9]|1[0-2])}'

export const trafficUsageRoutes = new Hono<Env>()

  .get('/usage/traffic', async (c) => page(c, 'usage/traffic', await overview(c)))

  .get(`/usage/traffic/${month}`, async (c) => {
    const data = await monthList(c, c.req.param('month'))
    return page(c, wantsPart(c, data.list) ? 'usage/_month' : 'usage/month', data)
  })

  .get('/usage/traffic/:file{20[0-9][0-9]-(?:0[1-9]|1[0-2])\\.csv}', (c) => {
    const of = c.req.param('file').slice(0, 7)
    return exported(c, `traffic-${of}`, source(of))
  })

/** S-63 */
async function overview(c: C) {
  const { db, actor } = c.var
  const months = await monthlyTotals(db, actor, c.req.query('totals') === 'all')
  const bars = months.flatMap(({ month, total }) => (total ? [{ month, ...total }] : []))
  return { months, chart: trafficChart(bars.slice(0, 12).toReversed()) }
}

/** S-65 */
const monthList = async (c: C, month: string) => ({
  ...(await listed(c, source(month))),
  ...{ month, overLimit },
})

const figures = { web: sql`web`, ftp: sql`ftp`, mail: sql`mail`, total: sql`(web + ftp + mail)` }
type Figure = keyof typeof figures

const sorts = Object.fromEntries(
  Object.entries(figures).map(([name, by]) => [name, { by, type: 'bigint' as const }]),
)

/** Those that used something in that month; each with the limit that holds for it (R-13, S-66). */
function source(month: string) {
  const sumOf = (name: Figure) => ({
    of: sql`(select ${figures[name]} from ${usageMonths}
      where subscription_id = ${subscriptions.id} and month = ${month})`,
    as: 'bytes' as const,
  })
  return usageSource({
    figures: usageMonths,
    on: and(eq(usageMonths.subscriptionId, subscriptions.id), eq(usageMonths.month, month))!,
    own: {
      ...{ web: usageMonths.web, ftp: usageMonths.ftp, mail: usageMonths.mail },
      total: sql<number>`${figures.total}`.mapWith(Number),
      allowed: sql<Limit>`coalesce(to_jsonb(${usageMonths.allowed}), '"unlimited"')`,
    },
    sorts,
    there: isNotNull(usageMonths.subscriptionId),
    sort: '-total',
    only: sql`select subscription_id from ${usageMonths} where ${usageMonths.month} = ${month}`,
    over: sql`select subscription_id from ${usageMonths}
      where ${usageMonths.month} = ${month} and ${figures.total} > ${usageMonths.allowed}`,
    columns: ({ var: { t } }) => {
      const column = (name: Figure, label: string) => ({
        ...{ name, label, sort: name, end: true, sum: sumOf(name) },
        text: (row: Record<Figure, number | null>) => row[name],
      })
      // S-64
      return [
        column('web', t('Web')),
        column('ftp', t('FTP')),
        column('mail', t('Mail')),
        column('total', t('Total')),
        { name: 'allowed', label: t('Allowed'), end: true, text: (row) => row.allowed },
      ]
    },
  })
}
