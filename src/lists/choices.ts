import { and, eq, type Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { AccountKind, Actor } from '../audit/actor.ts'
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

/** As the database says it; the provider and the plan that an address names come first. */
export interface Offered {
  provider: number
  plan: number
  all: readonly [of: string, value: number, label: string][]
}

/**
 * What a panel lets this actor choose from, for every page asks. Providers and machines are for admins:
 * nobody else sees several. `offered`: as it came with the session, which may have been for others.
 */
export async function choicesOf(
  db: Db,
  actor: Actor,
  chosen: Chosen,
  offered?: Offered | null,
): Promise<Choices> {
  const { provider = 0, plan = 0 } = chosen
  const fits = offered?.provider === provider && offered.plan === plan
  const all = fits ? offered.all : await ask(db, actor, { provider, plan })
  const those = (of: string) =>
    all.flatMap(([kind, value, label]) => (kind === of ? [{ value, label }] : []))
  return { providers: those('provider'), plans: those('plan'), hosts: those('host') }
}

async function ask(db: Db, { kind, accountId }: Actor, chosen: Required<Chosen>) {
  const [row] = await built(db, `choices ${kind}`, () =>
    db
      .select({ all: offers(kind, place('me')) })
      .from(sql`(select) as nothing`)
      .prepare('choices'),
  ).execute({ me: accountId, ...chosen })
  return row!.all
}

const place = sql.placeholder

/** In one piece, as hundreds of rows take longer to come than to be found. */
function offers(kind: AccountKind, me: SQLWrapper | Placeholder) {
  const each = {
    admin: [
      ...chosenFirst(
        place('provider'),
        'accounts',
        (chosen) => sql`
        select 'provider' as "of", accounts.id as value, accounts.name as label from accounts
        where kind in ('admin', 'reseller') and ${chosen}`,
      ),
      ...planOffer(me, sql`true`),
      sql`(select 'host' as "of", id as value, name as label from hosts
        order by name limit ${sql.raw(String(most))})`,
    ],
    reseller: planOffer(me, sql`owner_id = ${me}`),
    customer: planOffer(me, sql`false`),
  }
  return sql<Offered['all']>`(select coalesce(json_agg(json_build_array("of", value, label)), '[]')
    from (${sql.join(each[kind], sql` union all `)}) as offered)`
}

/** Two sellers may each have a plan Gold. */
const planOffer = (me: SQLWrapper | Placeholder, visible: SQL) =>
  chosenFirst(
    place('plan'),
    'plans',
    (chosen) => sql`
    select 'plan' as "of", plans.id as value,
      case when owner_id = ${me} then plans.name else plans.name || ' · ' || owner.name end as label
    from plans join accounts as owner on owner.id = owner_id
    where plans.kind = 'service' and ${visible} and ${chosen}`,
  )

/** The others by name, as an index has them: they are not all looked at. */
function chosenFirst(chosen: Placeholder, table: string, those: (condition: SQL) => SQL): SQL[] {
  const [id, name] = [sql.raw(`${table}.id`), sql.raw(`lower(${table}.name)`)]
  return [
    sql`(${those(sql`${id} = ${chosen}`)})`,
    sql`(${those(sql`${id} <> ${chosen}`)} order by ${name}, ${id} limit ${sql.raw(String(most))})`,
  ]
}

/** Of the account that a statement is about, in terms of `accounts`. */
export const offeredToAccount = sql<Offered['all']>`case ${accounts.kind}
  when 'admin' then ${offers('admin', accounts.id)}
  when 'reseller' then ${offers('reseller', accounts.id)} else '[]' end`

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
