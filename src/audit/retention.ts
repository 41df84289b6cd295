import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'

const some = 5000

/**
 * What is older than the setting `auditDays` says goes, a few thousand at a time. A trigger reads the
 * same setting and lets nothing younger go, whoever asks.
 */
export async function forgetOldEntries(db: Database): Promise<void> {
  for (;;) {
    const { count } = await db.execute(sql`
      delete from audit_entries where id in (
        select id from audit_entries where at < (
          select now() - make_interval(days => nullif((value #>> '{}')::integer, 0)) from settings
          where account_id = 0 and name = 'auditDays')
        order by at limit ${some})`)
    if (count < some) return
  }
}
