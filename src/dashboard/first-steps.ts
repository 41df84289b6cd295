import { eq, sql } from 'drizzle-orm'
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
  const [row] = await db.execute<{ plan: boolean; customer: boolean; host: boolean }>(
    sql`select ${plan} as plan, exists (${customer}) as customer, exists (${host}) as host`,
  )
  return { plan: row!.plan, customer: row!.customer, host: row!.host }
}
