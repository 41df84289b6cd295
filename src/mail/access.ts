import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { NotFound } from '../errors.ts'
import {
  findSubscription,
  lockToChangeContents,
  mayChangeContents,
  mayProvideFor,
  type Owned,
  visibleSubscriptions,
} from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import { type Mailbox, type MailingList, mailboxes, mailingLists } from './schema.ts'

/** Mail is as visible as its subscription. */
export const visibleMail = (db: Db, actor: Actor, table: typeof mailboxes | typeof mailingLists) =>
  inArray(
    table.subscriptionId,
    db.select({ id: subscriptions.id }).from(subscriptions).where(visibleSubscriptions(db, actor)),
  )

/** the provider, the customer, and logins for mail only. */
export const mayChangeMail = (actor: Actor, owned: Owned): boolean =>
  mayChangeContents(actor, owned, 'mail')

/** More than the plan gives: the provider, or the customer whose plan allows it (P-46). */
export const mayExceedPlan = (actor: Actor, { subscription, account }: Owned): boolean =>
  mayProvideFor(actor, account) || subscription.values.mayChangeMail === true

export interface OwnedMailbox extends Owned {
  mailbox: Mailbox
}

export async function findMailbox(db: Db, actor: Actor, id: number): Promise<OwnedMailbox> {
  const mailbox = only(
    await db
      .select()
      .from(mailboxes)
      .where(one(db, actor, mailboxes, id)),
  )
  return { mailbox, ...(await findSubscription(db, actor, mailbox.subscriptionId)) }
}

/** Its subscription is ours alone until the transaction ends, and so is everything in it. */
export async function lockMailbox(
  tx: Transaction,
  actor: Actor,
  id: number,
): Promise<OwnedMailbox> {
  const { subscription } = await findMailbox(tx, actor, id)
  const owned = await lockToChangeContents(tx, actor, subscription.id, 'mail')
  const mailbox = only(await tx.select().from(mailboxes).where(eq(mailboxes.id, id)))
  return { mailbox, ...owned }
}

export interface OwnedList extends Owned {
  list: MailingList
}

export async function findList(db: Db, actor: Actor, id: number): Promise<OwnedList> {
  const list = only(
    await db
      .select()
      .from(mailingLists)
      .where(one(db, actor, mailingLists, id)),
  )
  return { list, ...(await findSubscription(db, actor, list.subscriptionId)) }
}

export async function lockList(tx: Transaction, actor: Actor, id: number): Promise<OwnedList> {
  const { subscription } = await findList(tx, actor, id)
  const owned = await lockToChangeContents(tx, actor, subscription.id, 'mail')
  const list = only(await tx.select().from(mailingLists).where(eq(mailingLists.id, id)))
  return { list, ...owned }
}

/** `info@shop.example` */
export const addressOf = ({ local, domain }: Pick<Mailbox, 'local' | 'domain'>): string =>
  `${local}@${domain}`

export const addressColumn = (table: typeof mailboxes | typeof mailingLists): SQL<string> =>
  sql<string>`${table.local} || '@' || ${table.domain}`

const one = (
  db: Db,
  actor: Actor,
  table: typeof mailboxes | typeof mailingLists,
  id: number,
): SQL | undefined => and(eq(table.id, id), visibleMail(db, actor, table))

function only<Row>([row]: Row[]): Row {
  if (!row) throw new NotFound()
  return row
}
