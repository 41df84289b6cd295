import { and, eq, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { accounts } from '../accounts/schema.ts'
import { mayChange } from '../audit/roles.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { reference, search } from '../web/fields.ts'
import { contains, type ListRules, readList } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { addressColumn, visibleMail } from './access.ts'
import { mailboxes, mailingLists } from './schema.ts'

export type MailboxList = Awaited<ReturnType<typeof mailboxList>>
export type MailingListList = Awaited<ReturnType<typeof mailingListList>>

const filters = { q: search(), account: reference(), subscription: reference() }
const sortsOf = (table: typeof mailboxes | typeof mailingLists) => ({
  address: sql`${table.domain} || '@' || ${table.local}`,
  customer: sql`lower(${accounts.name})`,
  id: table.id,
})

const mailboxRules = {
  sorts: { ...sortsOf(mailboxes), quota: mailboxes.quota },
  sort: 'address',
  id: mailboxes.id,
  filters,
} satisfies ListRules
const listRules = {
  sorts: sortsOf(mailingLists),
  sort: 'address',
  id: mailingLists.id,
  filters,
} satisfies ListRules

export const mailListRoutes = new Hono<Env>()
  .get('/mailboxes', async (c) => page(c, 'mail/mailboxes', await mailboxList(c)))
  .get('/mailing-lists', async (c) => page(c, 'mail/lists', await mailingListList(c)))

/** Whose it is, and how its subscription stands. */
const place = {
  subscriptionId: subscriptions.id,
  subscription: subscriptions.domain,
  accountId: accounts.id,
  customer: accounts.name,
  suspended: subscriptions.suspended,
  behind: sql<boolean>`${subscriptions.appliedGeneration} <> ${subscriptions.generation}`,
}

async function mailboxList(c: C) {
  const { db, actor } = c.var
  const list = readList(c, mailboxRules)
  const rows = await db
    .select({
      id: mailboxes.id,
      address: addressColumn(mailboxes),
      quota: mailboxes.quota,
      enabled: mailboxes.enabled,
      catchAll: mailboxes.catchAll,
      forwardTo: mailboxes.forwardTo,
      reply: mailboxes.reply,
      ...place,
      cursor: list.cursor,
    })
    .from(mailboxes)
    .innerJoin(subscriptions, eq(subscriptions.id, mailboxes.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(visibleMail(db, actor, mailboxes), ...matching(mailboxes, list.filters), list.where))
    .orderBy(...list.order)
    .limit(list.limit)
  return { list: list.of(rows), mayAdd: mayChange(actor, 'mail') }
}

async function mailingListList(c: C) {
  const { db, actor } = c.var
  const list = readList(c, listRules)
  const rows = await db
    .select({
      id: mailingLists.id,
      address: addressColumn(mailingLists),
      owner: mailingLists.owner,
      posting: mailingLists.posting,
      moderated: mailingLists.moderated,
      members: sql<number>`cardinality(${mailingLists.members})`,
      ...place,
      cursor: list.cursor,
    })
    .from(mailingLists)
    .innerJoin(subscriptions, eq(subscriptions.id, mailingLists.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(
      and(
        visibleMail(db, actor, mailingLists),
        ...matching(mailingLists, list.filters),
        list.where,
      ),
    )
    .orderBy(...list.order)
    .limit(list.limit)
  return { list: list.of(rows), mayAdd: mayChange(actor, 'mail') }
}

interface Filters {
  q?: string
  account?: number
  subscription?: number
}

const matching = (
  table: typeof mailboxes | typeof mailingLists,
  { q, account, subscription }: Filters,
) => [
  contains(addressColumn(table), q),
  account === undefined ? undefined : eq(accounts.id, account),
  subscription === undefined ? undefined : eq(subscriptions.id, subscription),
]
