import { sql } from 'drizzle-orm'
import type { SubscriptionUsage } from '../contract/usage.ts'
import { storeSizes } from '../databases/measured.ts'
import type { Database, Transaction } from '../db/database.ts'
import { among } from '../db/many.ts'
import { storeMailboxSizes } from '../mail/measured.ts'
import { measured, subscriptions } from '../subscriptions/schema.ts'
import { settleMonths } from './months.ts'
import { usageMonths } from './schema.ts'

export interface Measurements {
  /** see `usageMonths.counter` */
  counter: string
  subscriptions: SubscriptionUsage[]
}

/**
 * What a host has measured of its subscriptions; of others it may say nothing (F-169). Hearing the
 * same again changes nothing.
 */
export const storeUsage = (db: Database, hostId: number, heard: Measurements): Promise<void> =>
  db.transaction(async (tx) => {
    const usages = await ofThisHost(tx, hostId, heard.subscriptions)
    if (usages.length === 0) return
    await storeDisk(tx, usages)
    await storeMonths(tx, heard.counter, usages)
    const ids = usages.map(({ id }) => id)
    await settleMonths(tx, among(subscriptions.id, ids))
    await storeSizes(
      tx,
      usages.flatMap(({ id, disk }) => (disk?.databases ?? []).map((one) => ({ id, ...one }))),
    )
    await storeMailboxSizes(
      tx,
      usages.flatMap(({ id: subscription, disk }) =>
        (disk?.mailboxes ?? []).map((one) => ({ subscription, ...one })),
      ),
    )
  })

/** Who is moved or removed meanwhile waits until this is stored, and the other way round. */
async function ofThisHost(tx: Transaction, hostId: number, usages: SubscriptionUsage[]) {
  const ids = usages.map(({ id }) => id)
  const rows = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(sql`${among(subscriptions.id, ids)} and ${subscriptions.hostId} = ${hostId}`)
    .orderBy(subscriptions.id)
    .for('key share')
  const own = new Set(rows.map(({ id }) => id))
  return usages.filter(({ id }) => own.has(id))
}

async function storeDisk(tx: Transaction, usages: SubscriptionUsage[]): Promise<void> {
  const rows = usages.flatMap(({ id, disk, traffic }) => {
    if (!disk) return []
    const { age, home, web, mail } = disk
    const databases = disk.databases.reduce((sum, { bytes }) => sum + bytes, 0)
    const [all, counts] = [home + web + mail + databases, traffic !== null]
    return [{ id, age, home, web, mail, databases, disk: all, counts }]
  })
  await tx.execute(sql`
    insert into ${measured} as known
      (subscription_id, disk, home, web, mail, databases, traffic, at)
    select id, disk, home, web, mail, databases, case when counts then 0 end,
      now() - make_interval(secs => age)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as seen (id bigint, age double precision,
      home bigint, web bigint, mail bigint, databases bigint, disk bigint, counts boolean)
    order by id
    on conflict (subscription_id) do update set disk = excluded.disk, home = excluded.home,
      web = excluded.web, mail = excluded.mail, databases = excluded.databases, at = excluded.at,
      traffic = case when excluded.traffic is not null then coalesce(known.traffic, 0) end`)
}

/** A month never becomes less: a host forgets in time what it has told. */
async function storeMonths(tx: Transaction, counter: string, usages: SubscriptionUsage[]) {
  const rows = usages.flatMap(({ id, traffic }) => (traffic ?? []).map((one) => ({ id, ...one })))
  if (rows.length === 0) return
  const service = (name: 'web' | 'ftp' | 'mail') => {
    const [before, now] = [sql.raw(`known.${name}_before`), sql.raw(`known.${name}`)]
    const start = sql`case when known.counter = excluded.counter then ${before} else ${now} end`
    return sql`${sql.raw(`${name}_before`)} = ${start},
      ${sql.raw(name)} = greatest(${now}, ${start} + excluded.${sql.raw(name)})`
  }
  await tx.execute(sql`
    insert into ${usageMonths} as known (subscription_id, month, web, ftp, mail, counter)
    select id, month, web, ftp, mail, ${counter}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as counted (id bigint, month text,
      web bigint, ftp bigint, mail bigint)
    order by id, month
    on conflict (subscription_id, month) do update set
      ${service('web')}, ${service('ftp')}, ${service('mail')}, counter = excluded.counter
    where (known.counter, known.web - known.web_before, known.ftp - known.ftp_before,
        known.mail - known.mail_before)
      is distinct from (excluded.counter, excluded.web, excluded.ftp, excluded.mail)`)
}
