import { domainToASCII } from 'node:url'
import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { mayWrite } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { domains, subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, reference, search } from '../web/fields.ts'
import { contains, type ListRules, readList } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { visibleDomains } from './access.ts'
import { siteKinds } from './folder.ts'
import { certificates } from './schema.ts'

export type DomainList = Awaited<ReturnType<typeof domainList>>

/** What both lists can be sorted by and searched for. */
const columns = {
  sorts: {
    name: domains.name,
    user: subscriptions.systemUser,
    customer: sql`lower(${accounts.name})`,
    id: domains.id,
  },
  sort: 'name',
  id: domains.id,
} as const
const filters = { q: search(), account: reference(), subscription: reference() }

const siteRules = {
  ...columns,
  filters: { ...filters, kind: oneOf(siteKinds) },
} satisfies ListRules
const forwardingRules = {
  ...columns,
  filters: { ...filters, kind: oneOf(['alias', 'redirect']) },
} satisfies ListRules

export const domainListRoutes = new Hono<Env>()
  .get('/domains', async (c) => page(c, 'domains/list', await domainList(c, siteRules, siteKinds)))
  .get('/forwardings', async (c) =>
    page(c, 'domains/forwardings', await domainList(c, forwardingRules, ['alias', 'redirect'])),
  )

type Kind = (typeof domains.kind.enumValues)[number]

async function domainList(
  c: C,
  rules: typeof siteRules | typeof forwardingRules,
  kinds: readonly Kind[],
) {
  const { db, actor } = c.var
  const list = readList(c, rules)
  const { q, account, subscription, kind } = list.filters
  const found = await db
    .select({
      id: domains.id,
      name: domains.name,
      kind: domains.kind,
      address: domains.address,
      subscriptionId: subscriptions.id,
      subscription: subscriptions.domain,
      systemUser: subscriptions.systemUser,
      accountId: accounts.id,
      customer: accounts.name,
      suspended: subscriptions.suspended,
      removing: subscriptions.removing,
      behind: sql<boolean>`${subscriptions.appliedGeneration} <> ${subscriptions.generation}`,
      validUntil: certificates.validUntil,
      failing: sql<boolean>`coalesce(${certificates.failures} > 0, false)`,
      cursor: list.cursor,
    })
    .from(domains)
    .innerJoin(subscriptions, eq(subscriptions.id, domains.subscriptionId))
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(certificates, eq(certificates.domainId, domains.id))
    .where(
      and(
        visibleDomains(db, actor),
        inArray(domains.kind, [...kinds]),
        kind && eq(domains.kind, kind),
        account === undefined ? undefined : eq(accounts.id, account),
        subscription === undefined ? undefined : eq(subscriptions.id, subscription),
        q ? named(q) : undefined,
        list.where,
      ),
    )
    .orderBy(...list.order)
    .limit(list.limit)
  const rows = found.map((row) => ({
    ...row,
    name: shownDomain(row.name),
    subscription: shownDomain(row.subscription),
  }))
  return { list: list.of(rows), mayAdd: mayWrite(actor) }
}

/** People type what they read; names are kept as A-labels (F-1). */
const named = (q: string): SQL | undefined =>
  or(
    contains(domains.name, q),
    contains(domains.name, domainToASCII(q) || q),
    contains(domains.address, q),
    contains(subscriptions.systemUser, q),
    contains(accounts.name, q),
  )
