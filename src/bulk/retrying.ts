import { sql } from 'drizzle-orm'
import { maySell, visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { record } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { bulk } from '../jobs/enqueue.ts'
import { type Batch, jobs } from '../jobs/schema.ts'
import { sendFailedAgain } from '../messages/decision.ts'
import { messages } from '../messages/schema.ts'
import { applySubscription } from '../subscriptions/jobs.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { tellHosts } from '../subscriptions/want.ts'
import { batchItems } from './schema.ts'
import { onlyProvider } from './selection.ts'
import { targetsOf } from './targets.ts'

/**
 * The button "Retry failed only": what is parked, or was cancelled, starts afresh; what waits or runs
 * is left alone.
 *
 * @returns how many
 */
export function retryFailed(db: Database, actor: Actor, batch: Batch): Promise<number> {
  if (!maySell(actor)) throw new Forbidden(onlyProvider)
  return db.transaction(async (tx) => {
    const rows = await tx.execute<{ id: string; host: string; account: string }>(sql`
      select s.id, s.host_id as host, s.account_id as account
      from ${await targetsOf(tx, batch.id)} target
      join ${subscriptions} s on s.id = target.subscription_id
        and s.applied_generation < target.generation
      join ${accounts} on ${accounts.id} = s.account_id and ${visibleAccounts(actor)}
      where not exists (
        select from ${jobs} j where j.kind = ${applySubscription.name} and j.key = s.id::text
          and j.state in ('waiting', 'running'))
      order by s.id`)
    const failed = rows.map(({ id, host, account }) => ({
      id: Number(id),
      hostId: Number(host),
      accountId: Number(account),
    }))
    await tellHosts(tx, actor, failed, bulk, batch.id)
    const mails = await sendFailedAgain(tx, actor, mailsOf(batch.id))
    await record(tx, actor, {
      action: 'batch.retried',
      object: { kind: 'batch', id: batch.id },
      accountId: batch.accountId,
      changes: { count: { to: failed.length + mails } },
    })
    return failed.length + mails
  })
}

const mailsOf = (batchId: number) => sql`${messages.id} in (
  select (former ->> 'message')::bigint from ${batchItems} where batch_id = ${batchId})`
