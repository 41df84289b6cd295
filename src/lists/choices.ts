import { and, eq, type SQL, sql } from 'drizzle-orm'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { shownDomain } from '../names/domain.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'

export interface Choice {
  value: number
  label: string
}

export interface Choices {
  providers: Choice[]
  plans: Choice[]
  hosts: Choice[]
}

/** More than anybody looks through; whoever has more comes by a link from the one that is meant. */
const most = 200

interface Chosen {
  provider?: number | undefined
  plan?: number | undefined
}

/**
 * What a panel lets this actor choose from, by one statement, for every page asks. Providers and
 * machines are for admins: nobody else sees several.
 */
export async function choicesOf(db: Db, actor: Actor, chosen: Chosen): Promise<Choices> {
  const [row] = await built(db, `choices ${actor.kind}`, () =>
    db
      .select({ offered })
      .from(sql`(${sql.join(offers[actor.kind], sql` union all `)}) as offered`)
      .prepare('choices'),
  ).execute({ me: actor.accountId, provider: chosen.provider ?? 0, plan: chosen.plan ?? 0 })
  const those = (of: string) =>
    row!.offered.flatMap(([kind, value, label]) => (kind === of ? [{ value, label }] : []))
  return { providers: those('provider'), plans: those('plan'), hosts: those('host') }
}

/** In one piece, as hundreds of rows take longer to come than to be found. */
const offered = sql<[of: string, value: number, label: string][]>`
  coalesce(json_agg(json_build_array("of", value, label)), '[]')`

const place = sql.placeholder
// Two sellers may each have a plan Gold.
const planOffer = (visible: SQL) => sql`(select 'plan' as "of", plans.id as value,
    case when owner_id = ${place('me')} then plans.name else plans.name || ' · ' || owner.name end as label
  from plans join accounts as owner on owner.id = owner_id
  where plans.kind = 'service' and ${visible}
  order by plans.id <> ${place('plan')}, lower(plans.name), plans.id limit ${sql.raw(String(most))})`

const offers = {
  admin: [
    sql`(select 'provider' as "of", id as value, name as label from accounts where kind in ('admin', 'reseller')
      order by id <> ${place('provider')}, lower(name), id limit ${sql.raw(String(most))})`,
    planOffer(sql`true`),
    sql`(select 'host' as "of", id as value, name as label from hosts order by name limit ${sql.raw(String(most))})`,
  ],
  reseller: [planOffer(sql`owner_id = ${place('me')}`)],
  customer: [planOffer(sql`false`)],
}

/** What to call an account that a list was asked for; nothing is said of one that is not theirs to see. */
export async function accountName(db: Db, actor: Actor, id: number): Promise<string> {
  const [row] = await db
    .select({ name: accounts.name })
    .from(accounts)
    .where(and(eq(accounts.id, id), visibleAccounts(actor)))
  return row?.name ?? String(id)
}

/** Likewise of a subscription. */
export async function subscriptionName(db: Db, actor: Actor, id: number): Promise<string> {
  const [row] = await db
    .select({ domain: subscriptions.domain })
    .from(subscriptions)
    .where(and(eq(subscriptions.id, id), visibleSubscriptions(db, actor)))
  return row ? shownDomain(row.domain) : String(id)
}
