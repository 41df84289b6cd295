import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { among } from '../db/many.ts'
import { sales, soldValues } from './schema.ts'

const portion = 10_000

/** One line for each seller and what it sold, instead of one for each change. */
export async function sumUpSales(db: Database) {
  for (let some = portion; some === portion; ) some = await sumUp(db)
}

const sumUp = (db: Database): Promise<number> =>
  db.transaction(async (tx) => {
    const sums = await tx.execute<{ id: string; count: number; lines: string }>(sql`
      with line as (
        delete from ${sales} where id in (
          select id from ${sales} where not summed order by id limit ${portion} for update skip locked)
        returning seller_id, sold_values_id, count
      )
      insert into ${sales} as sale (seller_id, sold_values_id, count, summed)
      select seller_id, sold_values_id, sum(count), true from line group by 1, 2 order by 1, 2
      on conflict (seller_id, coalesce(sold_values_id, 0)) where summed
        do update set count = sale.count + excluded.count
      returning id, count, (select count(*) from line) as lines`)
    const none = sums.filter(({ count }) => count === 0).map(({ id }) => Number(id))
    const gone = await tx
      .delete(sales)
      .where(among(sales.id, none))
      .returning({ id: sales.soldValuesId })
    await tx
      .update(soldValues)
      .set({ unusedSince: sql`now()` })
      .where(
        sql`${among(
          soldValues.id,
          gone.flatMap(({ id }) => id ?? []),
        )} and ${isUnused}`,
      )
    return Number(sums[0]?.lines ?? 0)
  })

const isUnused = sql`not exists (select from ${sales} where ${sales.soldValuesId} = ${soldValues.id})`

/**
 * What nobody has any more goes a day later: until then the sale of somebody who found it before it
 * was marked is there to be seen.
 */
export const forgetSoldValues = (db: Database) =>
  db.transaction(async (tx) => {
    const old = sql`${soldValues.unusedSince} < now() - interval '1 day'`
    await tx.delete(soldValues).where(sql`${old} and ${isUnused}`)
    await tx.update(soldValues).set({ unusedSince: null }).where(old)
  })
