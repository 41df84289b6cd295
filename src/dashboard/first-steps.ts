import { and, eq, ne, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { written } from '../db/written.ts'
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
  // In the order of the index, or Postgres may go through everybody's until it meets one of theirs.
  const first = db
    .select({ one: sql`1` })
    .from(accounts)
    .where(sql`${accounts.providerId} = sellers.id`)
    .orderBy(accounts.providerId, accounts.id)
    .limit(written(1))
  const customer = sql`select 1 from ${sellers} as sellers cross join lateral ${first} as customer`
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
