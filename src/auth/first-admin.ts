import { count, eq, sql } from 'drizzle-orm'
import { accounts, logins } from '../accounts/schema.ts'
import { systemActor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { generatePassword, hashPassword } from './passwords.ts'

/**
 * Makes the admin of a system that has none. Processes that start at once make one between them.
 *
 * @returns its password, to be printed this once; null when there is an admin already
 */
export async function makeFirstAdmin(db: Database): Promise<string | null> {
  if (await hasAdmin(db)) return null

  const password = generatePassword()
  const passwordHash = await hashPassword(password)
  return db.transaction(async (tx) => {
    await tx.execute(sql`lock table accounts in share row exclusive mode`)
    if (await hasAdmin(tx)) return null

    const [admin] = await tx
      .insert(accounts)
      .values({ kind: 'admin', name: 'Administrator', email: '' })
      .returning()
    await tx.insert(logins).values({ accountId: admin!.id, name: 'admin', passwordHash })
    await record(tx, systemActor('first start'), {
      action: 'account.created',
      object: { kind: 'account', id: admin!.id, name: 'Administrator' },
      accountId: admin!.id,
    })
    return password
  })
}

async function hasAdmin(db: Pick<Database, 'select'>): Promise<boolean> {
  const [row] = await db.select({ n: count() }).from(accounts).where(eq(accounts.kind, 'admin'))
  return row!.n > 0
}
