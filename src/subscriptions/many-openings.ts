import { sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { freshIds } from '../db/fresh-ids.ts'
import { Stale } from '../errors.ts'
import type { Host } from '../hosts/schema.ts'
import { roomForWww } from '../names/domain.ts'
import type { Values } from '../plans/catalogue.ts'
import type { Plan } from '../plans/schema.ts'
import { opened } from './creation.ts'
import { domains, subscriptions, uidSequence } from './schema.ts'

export interface ManyOpening {
  accountId: number
  plan: Plan
  host: Host
  /** settled with its seller, see till.ts */
  values: Values
  domain: string
  systemUser: string
  /** SHA-512 crypt */
  passwordHash: string
}

export interface Opened extends ManyOpening {
  id: number
  hostId: number
}

/**
 * Any number of subscriptions of new accounts, in a handful of statements. Plans and contracts are
 * locked, all names are held and were looked at; the hosts are to be told by who calls.
 *
 * @throws {Stale} when somebody got one of the names meanwhile
 */
export async function openSubscriptions(
  tx: Transaction,
  actor: Actor,
  openings: ManyOpening[],
  suspended: boolean,
): Promise<Opened[]> {
  const ids = await freshIds(tx, subscriptions, openings.length)
  const rows = openings.map((one, n): Opened => ({ ...one, id: ids[n]!, hostId: one.host.id }))
  const made = await tx.execute(sql`
    insert into ${subscriptions} (id, account_id, plan_id, host_id, domain, "system_user", uid,
      password_hash, "values", suspended)
    overriding system value
    select one.id, account, plan, host, domain, "user", nextval(${uidSequence.seqName}::regclass), hash,
      sold, ${suspended}::boolean
    from jsonb_to_recordset(${JSON.stringify(grouped(rows))}::jsonb) as sale (plan bigint, host bigint,
      sold jsonb, rows jsonb),
      jsonb_to_recordset(sale.rows) as one (id bigint, account bigint, domain text, "user" text, hash text)
    on conflict do nothing returning id`)
  const names = rows.map(({ id, domain }) => ({ id, domain, www: roomForWww(domain) }))
  const named = await tx.execute(sql`
    insert into ${domains} (subscription_id, kind, name, www)
    select name.id, 'main', name.domain, name.www
    from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as name (id bigint, domain text, www boolean)
    join ${subscriptions} s on s.id = name.id
    on conflict do nothing returning id`)
  if (Math.min(made.length, named.length) < rows.length) {
    throw new Stale('Somebody has taken one of the names meanwhile.')
  }
  await recordAll(tx, actor, rows.map(opened))
  return rows
}

/** What was sold is sent once, however many it was sold to. */
const grouped = (rows: Opened[]) =>
  [...Map.groupBy(rows, ({ values, host }) => `${JSON.stringify(values)} ${host.id}`).values()].map(
    (group) => ({
      plan: group[0]!.plan.id,
      host: group[0]!.host.id,
      sold: group[0]!.values,
      rows: group.map(
        ({ id, accountId: account, domain, systemUser: user, passwordHash: hash }) => ({
          ...{ id, account, domain, user, hash },
        }),
      ),
    }),
  )
