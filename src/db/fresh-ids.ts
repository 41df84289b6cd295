import { getTableName, sql, type Table } from 'drizzle-orm'
import type { Transaction } from './database.ts'

/** Numbers for rows to come, so that thousands can name each other before any is there. */
export async function freshIds(tx: Transaction, table: Table, count: number): Promise<number[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select nextval(pg_get_serial_sequence(${getTableName(table)}, 'id')) as id
    from generate_series(1, ${count}::integer)`)
  return rows.map(({ id }) => Number(id))
}
