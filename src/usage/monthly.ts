import { desc, inArray, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { bound } from '../db/narrowing.ts'
import { having, some } from '../db/some.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { usageMonths } from './schema.ts'

export interface Month {
  month: string
  /** null: nobody asked to add up so many */
  total: MonthTotal | null
}

export interface MonthTotal {
  web: number
  ftp: number
  mail: number
  used: number
  /** how many used more than they might */
  over: number
}

/** Ten years. */
const most = 120

/**
 * S-63, S-64: what all that this actor sees used, month by month, the latest first. Of more subscriptions
 * than are counted that is added up for who asks only.
 */
export async function monthlyTotals(db: Db, actor: Actor, asked: boolean): Promise<Month[]> {
  if (asked) return totals(db, all(db, actor))
  const own = first(actor)
  const [row] = await db.execute<{ found: number }>(
    sql`select count(*)::integer as found from (${own}) as own`,
  )
  if (!some(row!.found).more) return totals(db, sql`${usageMonths.subscriptionId} in (${own})`)
  return (await months(db)).map((month) => ({ month, total: null }))
}

async function totals(db: Db, which: SQL | undefined): Promise<Month[]> {
  const rows = await db
    .select({
      month: usageMonths.month,
      web: sum(sql`web`),
      ftp: sum(sql`ftp`),
      mail: sum(sql`mail`),
      used: sum(sql`web + ftp + mail`),
      over: sql<number>`count(*) filter (where web + ftp + mail > allowed)::integer`,
    })
    .from(usageMonths)
    .where(which)
    .groupBy(usageMonths.month)
    .orderBy(desc(usageMonths.month))
    .limit(most)
  return rows.map(({ month, ...total }) => ({ month, total }))
}

const sum = (of: ReturnType<typeof sql>) => sql<number>`sum(${of})::bigint`.mapWith(Number)

const all = (db: Db, actor: Actor) =>
  actor.kind === 'admin'
    ? undefined
    : inArray(
        usageMonths.subscriptionId,
        db
          .select({ id: subscriptions.id })
          .from(subscriptions)
          .where(visibleSubscriptions(db, actor)),
      )

function first({ kind, accountId }: Actor): SQL {
  const { id, accountId: owner, sellerId } = subscriptions
  const own = {
    admin: sql`true`,
    reseller: having(accountId, sellerId),
    customer: having(accountId, owner),
  }
  return sql`select ${id} from ${subscriptions} where ${own[kind]} ${bound}`
}

/** In which anybody used something: from one to the one before it, whatever lies between. */
async function months(db: Db): Promise<string[]> {
  const last = (which: SQL) => sql`(select month from ${usageMonths} where ${which}
    order by month desc limit 1)`
  const rows = await db.execute<{ month: string }>(sql`
    with recursive told as (
      select ${last(sql`true`)} as month
      union all select ${last(sql`month < told.month`)} from told where told.month is not null)
    select month from told where month is not null limit ${most}`)
  return rows.map(({ month }) => month)
}
