import { sql } from 'drizzle-orm'
import { systemActor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import { bulk, enqueueAll } from '../jobs/enqueue.ts'
import { fetchCertificate } from './jobs.ts'

/** Fetches again what is due; what fails is due again in half a day, a hundred at a time. */
export function renewDue(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const due = await tx.execute<{ domain: string; account: string; subscription: string }>(sql`
      with due as (
        update certificates set due_at = now() + interval '12 hours'
        where domain_id in (
          select domain_id from certificates where source = 'fetched' and due_at <= now()
          order by due_at limit 100 for update skip locked)
        returning domain_id)
      select domains.id as domain, subscriptions.id as subscription, account_id as account
      from due join domains on domains.id = due.domain_id
        join subscriptions on subscriptions.id = domains.subscription_id
      where not subscriptions.removing`)
    await enqueueAll(
      tx,
      systemActor('schedule'),
      due.map(({ domain, account, subscription }) => ({
        kind: fetchCertificate,
        payload: { domainId: Number(domain) },
        hostId: null,
        accountId: Number(account),
        subscriptionId: Number(subscription),
        priority: bulk,
      })),
    )
    return due.length
  })
}
