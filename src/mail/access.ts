import { type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../audit/actor.ts'
import type { Db, Transaction } from '../db/database.ts'
import { mayChangeContents, mayProvideFor, type Owned } from '../subscriptions/access.ts'
import { findContent, lockContent } from '../subscriptions/content-access.ts'
import { type Mailbox, type MailingList, mailboxes, mailingLists } from './schema.ts'

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
  const { content: mailbox, ...owned } = await findContent(db, actor, mailboxes, id)
  return { mailbox, ...owned }
}

export async function lockMailbox(
  tx: Transaction,
  actor: Actor,
  id: number,
): Promise<OwnedMailbox> {
  const { content: mailbox, ...owned } = await lockContent(tx, actor, mailboxes, id, 'mail')
  return { mailbox, ...owned }
}

export interface OwnedList extends Owned {
  list: MailingList
}

export async function findList(db: Db, actor: Actor, id: number): Promise<OwnedList> {
  const { content: list, ...owned } = await findContent(db, actor, mailingLists, id)
  return { list, ...owned }
}

export async function lockList(tx: Transaction, actor: Actor, id: number): Promise<OwnedList> {
  const { content: list, ...owned } = await lockContent(tx, actor, mailingLists, id, 'mail')
  return { list, ...owned }
}

/** `info@shop.example` */
export const addressOf = ({ local, domain }: Pick<Mailbox, 'local' | 'domain'>): string =>
  `${local}@${domain}`

export const addressColumn = (table: typeof mailboxes | typeof mailingLists): SQL<string> =>
  sql<string>`${table.local} || '@' || ${table.domain}`
