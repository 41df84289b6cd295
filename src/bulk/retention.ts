import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { daysKept } from '../jobs/retention.ts'

/** Receipts go when their jobs are forgotten, with their items. */
export const forgetReceipts = (db: Database) =>
  db.execute(sql`
    with gone as (
      delete from batches where created_at < now() - make_interval(days => ${daysKept}::integer)
        and not exists (select from jobs where batch_id = batches.id)
      returning id),
    items as (delete from batch_items using gone where batch_id = gone.id)
    delete from former_subscriptions using gone where batch_id = gone.id`)
