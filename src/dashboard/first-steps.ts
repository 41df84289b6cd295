import { and, eq, ne, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { hosts } from '../hosts/schema.ts'
import { hasOffer } from '../plans/access.ts'

/** S-2, S-7: what a seller has done already, in the order in which it is done. */
export interface FirstSteps {
  plan: boolean
  customer: boolean
  /** a host that really serves; the sandbox does not */
  host: boolean
  /** the panel knows where to write to the reader; the first admin has no address yet */
  email: boolean
}

export async function firstSteps(db: Db, { kind, accountId }: Actor): Promise<FirstSteps> {
  // All admins are one seller.
  const sellers = sql`(select id from ${accounts} where ${
    kind === 'admin' ? eq(accounts.kind, 'admin') : eq(accounts.id, accountId)
  })`
  const plan = hasOffer(db, accountId)
  const customer = db
    .select({ one: sql`1` })
    .from(accounts)
    .where(sql`${accounts.providerId} in ${sellers}`)
  const host = db.select({ one: sql`1` }).from(hosts).where(eq(hosts.kind, 'ssh'))
  const email = db
    .select({ one: sql`1` })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), ne(accounts.email, '')))
  const [row] = await db.execute<Record<keyof FirstSteps, boolean>>(
    sql`select ${plan} as plan, exists (${customer}) as customer, exists (${host}) as host,
      exists (${email}) as email`,
  )
  return { plan: row!.plan, customer: row!.customer, host: row!.host, email: row!.email }
}
