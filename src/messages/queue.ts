import { randomUUID } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { bulk, enqueueAll, interactive } from '../jobs/enqueue.ts'
import { jobs } from '../jobs/schema.ts'
import { seal } from '../secrets/seal.ts'
import { systemSettings } from '../settings/reading.ts'
import type { SecretsOf, TemplateName, WordsOf } from './catalogue.ts'
import { deliverMessage } from './jobs.ts'
import { messages } from './schema.ts'

export interface Mail<Name extends TemplateName = TemplateName> {
  to: Recipient
  /** whom it is for: they, their provider and admins find it in the outbox; null: the system's own */
  accountId: number | null
  /** in whose name and words it is written; null: the system's */
  providerId: number | null
  template: Name
  words: WordsOf<Name>
  /** sealed until sent, masked in the outbox, and after so many minutes no use: then it is not sent */
  secrets?: { key: Buffer; words: SecretsOf<Name>; minutes: number }
  /** the text of a `message` */
  mailingId?: number
}

/** See jobs/enqueue.ts. */
export interface Urgency {
  priority?: number
  batchId?: number | null
}

export interface Recipient {
  address: string
  name: string
  /** null: the system's */
  language: string | null
}

/**
 * Mail that goes out when this transaction is committed, once and not again.
 *
 * @returns the message's number, its page is `/outbox/:id`
 */
export async function queueMail<Name extends TemplateName>(
  tx: Transaction,
  actor: Actor,
  mail: Mail<Name>,
  urgency?: Urgency,
): Promise<number> {
  const [queued] = await queueMails(tx, actor, [mail], urgency)
  return queued!.messageId
}

/** The job that sends it, while it is open; 0 once it has ended. */
export async function deliveryOf(db: Db, messageId: number): Promise<number> {
  const [job] = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.kind, deliverMessage.name), eq(jobs.key, String(messageId))))
  return job?.id ?? 0
}

/** Any number in a few statements; bulk mail goes out at the pace an admin has set (F-62). */
export async function queueMails<Name extends TemplateName>(
  tx: Transaction,
  actor: Actor,
  mails: Mail<Name>[],
  { priority = interactive, batchId = null }: Urgency = {},
): Promise<Queued[]> {
  if (mails.length === 0) return []
  const actorName = actor.impersonator?.loginName ?? actor.loginName
  const rows = await tx.execute<{
    id: string
    account_id: string | null
    whose: string | null
  }>(sql`
    insert into ${messages} (key, account_id, provider_id, to_address, to_name, language, template,
      words, mailing_id, sealed, good_until, actor_name)
    select key, account_id, provider_id, to_address, to_name, language, template, words, mailing_id,
      decode(sealed, 'base64'), now() + make_interval(mins => minutes), ${actorName}
    from jsonb_to_recordset(${JSON.stringify(mails.map((mail) => row(mail)))}::jsonb) as mail (
      key uuid, account_id bigint, provider_id bigint, to_address text, to_name text, language text,
      template text, words jsonb, mailing_id bigint, sealed text, minutes integer)
    returning id, account_id, coalesce(account_id, provider_id) as whose`)
  const seconds = priority === bulk ? await pace(tx) : () => 0
  await enqueueAll(
    tx,
    actor,
    rows.map(({ id, whose }, n) => ({
      kind: deliverMessage,
      payload: { messageId: Number(id) },
      hostId: null,
      accountId: numberOf(whose),
      afterSeconds: seconds(n),
      ...{ priority, batchId },
    })),
  )
  return rows.map((one) => ({ messageId: Number(one.id), accountId: numberOf(one.account_id) }))
}

export interface Queued {
  messageId: number
  /** whom it is for */
  accountId: number | null
}

const numberOf = (id: string | null) => (id === null ? null : Number(id))

/** When the nth goes out, in seconds from now: after the bulk mail that waits already. */
async function pace(tx: Transaction): Promise<(n: number) => number> {
  const { mailsPerMinute } = await systemSettings(tx)
  const apart = 60 / mailsPerMinute
  const [last] = await tx.execute<{ seconds: string | null }>(sql`
    select extract(epoch from max(run_at) - now()) as seconds from ${jobs}
    where kind = ${deliverMessage.name} and place = 0 and state = 'waiting' and priority = ${bulk}`)
  const busy = Math.max(0, Number(last?.seconds ?? -apart) + apart)
  return (n) => Math.floor(busy + n * apart)
}

function row<Name extends TemplateName>(mail: Mail<Name>) {
  const key = randomUUID()
  const { secrets } = mail
  return {
    key,
    account_id: mail.accountId,
    provider_id: mail.providerId,
    to_address: mail.to.address,
    to_name: mail.to.name,
    language: mail.to.language,
    template: mail.template,
    words: mail.words,
    mailing_id: mail.mailingId,
    sealed: secrets && seal(secrets.key, JSON.stringify(secrets.words), key).toString('base64'),
    minutes: secrets?.minutes,
  }
}
