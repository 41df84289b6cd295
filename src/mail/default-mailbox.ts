import { sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import { recordAll } from '../audit/record.ts'
import { shadowOfNone } from '../auth/crypt.ts'
import { generatePassword } from '../auth/passwords.ts'
import { LocalPart } from '../contract/mail.ts'
import type { Transaction } from '../db/database.ts'
import { GB, unlimited } from '../plans/property.ts'
import { providerSettings } from '../settings/reading.ts'
import { type Furnish, sellerOf } from '../subscriptions/creation.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import { addressOf } from './access.ts'
import { insert, mailboxCreated, recordCreated } from './creation.ts'
import { mailboxes } from './schema.ts'

/**
 * S-67 to S-70: where the provider says so, a new subscription comes with a mailbox of that name.
 * Where its plan has no mailboxes it comes without, and whoever made it is told.
 */
export const defaultMailbox: Furnish = async (tx, actor, owned) => {
  const { subscription, account } = owned
  const { defaultMailbox: local } = await providerSettings(tx, sellerOf(account))
  if (local === null) return undefined
  const row = rowOf(local, subscription)
  if (!row) return null

  const password = generatePassword()
  const mailbox = await insert(tx, owned, { ...row, password })
  await recordCreated(tx, actor, owned, mailbox)
  return { address: addressOf(mailbox), password }
}

/** For many new subscriptions of this seller at once; nobody has a password for them yet. */
export async function defaultMailboxes(
  tx: Transaction,
  actor: Actor,
  sellerId: number,
  subscriptions: Pick<Subscription, 'id' | 'accountId' | 'domain' | 'values'>[],
): Promise<void> {
  const { defaultMailbox: local } = await providerSettings(tx, sellerId)
  if (local === null) return
  const rows = subscriptions.flatMap((subscription) => {
    const row = rowOf(local, subscription)
    const { id: subscriptionId, accountId } = subscription
    return row ? [{ ...row, subscriptionId, accountId, hash: shadowOfNone() }] : []
  })
  const made = await tx.execute<{ id: string; domain: string }>(sql`
    insert into ${mailboxes} (subscription_id, local, domain, quota, password_hash)
    select "subscriptionId", local, domain, quota, hash
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as box ("subscriptionId" bigint, local text,
      domain text, quota bigint, hash text)
    returning id, domain`)
  const ids = new Map(made.map(({ id, domain }) => [domain, Number(id)]))
  await recordAll(
    tx,
    actor,
    rows.map(({ accountId, ...row }) =>
      mailboxCreated({ id: accountId }, { ...row, id: ids.get(row.domain)! }),
    ),
  )
}

/** null: its plan has no mailboxes, or the name is none by today's rules. */
function rowOf(local: string, { values, domain }: Pick<Subscription, 'domain' | 'values'>) {
  const { mailboxes, mailboxSize } = values
  if (mailboxes === 0 || !LocalPart.safeParse(local).success) return null
  return { local, domain, quota: mailboxSize === unlimited ? GB : Math.min(mailboxSize, GB) }
}
