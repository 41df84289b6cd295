import { sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import type { Transaction } from '../db/database.ts'
import { freshIds } from '../db/fresh-ids.ts'
import { Stale } from '../errors.ts'
import { created, type NewAccount } from './creation.ts'
import { type Account, accounts, logins } from './schema.ts'

/**
 * Any number of accounts below this provider with their owner logins, in a handful of statements; in
 * the order they are given. Names were looked at by the same rules as a single one's, and all names
 * are held.
 *
 * @returns their numbers
 * @throws {Stale} when somebody got one of the names for a further login meanwhile
 */
export async function createAccounts(
  tx: Transaction,
  actor: Actor,
  provider: Account,
  wishes: NewAccount[],
): Promise<number[]> {
  const ids = await freshIds(tx, accounts, wishes.length)
  const rows = wishes.map((wish, n) => ({ ...wish, id: ids[n]! }))
  const json = JSON.stringify(rows)
  await tx.execute(sql`
    insert into ${accounts} (id, kind, provider_id, suspended, name, company, email, phone, street,
      postcode, city, country, language, time_zone, description, additional_information, api_access)
    overriding system value
    select id, kind, ${provider.id}::bigint, ${provider.suspended}::boolean, name, company, email, phone,
      street, postcode, city, country, language, "timeZone", description, "additionalInformation",
      "apiAccess"
    from jsonb_to_recordset(${json}::jsonb) as wish (id bigint, kind account_kind, name text,
      company text, email text, phone text, street text, postcode text, city text, country text,
      language text, "timeZone" text, description text, "additionalInformation" text,
      "apiAccess" boolean)
    order by id`)
  const made = await tx.execute(sql`
    insert into ${logins} (account_id, name, password_hash)
    select id, login, "passwordHash"
    from jsonb_to_recordset(${json}::jsonb) as wish (id bigint, login text, "passwordHash" text)
    order by login
    on conflict do nothing returning id`)
  if (made.length < rows.length) throw new Stale('Somebody has taken one of the names meanwhile.')
  await recordAll(tx, actor, rows.map(created))
  return ids
}
