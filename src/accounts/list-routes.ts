import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { Hono } from 'hono'
import { accountKinds } from '../audit/actor.ts'
import { mayEnter } from '../auth/impersonation.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, reference, search } from '../web/fields.ts'
import { contains, type ListRules, readList } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { maySell, visibleAccounts } from './access.ts'
import { mayReadDescription } from './description.ts'
import { type Account, accounts, logins } from './schema.ts'

export type AccountList = Awaited<ReturnType<typeof accountList>>

const provider = alias(accounts, 'provider')
const owner = and(eq(logins.accountId, accounts.id), eq(logins.role, 'owner'))

const rules = {
  sorts: {
    name: sql`lower(${accounts.name})`,
    id: accounts.id,
    company: sql`lower(${accounts.company})`,
    login: logins.name,
  },
  sort: 'name',
  id: accounts.id,
  filters: {
    q: search(),
    kind: oneOf(accountKinds),
    status: oneOf(['active', 'suspended']),
    provider: reference(),
  },
} satisfies ListRules

export const accountListRoutes = new Hono<Env>()

  // P-59, M-4: all accounts, one list.
  .get('/customers', sellersOnly, async (c) => page(c, 'accounts/list', await accountList(c)))

async function accountList(c: C) {
  const { db, actor } = c.var
  const list = readList(c, rules)
  const found = await db
    .select({
      ...getTableColumns(accounts),
      login: logins.name,
      providerName: provider.name,
      subscriptions,
      cursor: list.cursor,
    })
    .from(accounts)
    .innerJoin(logins, owner)
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(and(visibleAccounts(actor), ...matching(list.filters), list.where))
    .orderBy(...list.order)
    .limit(list.limit)
  const rows = found.map((row) => ({
    ...row,
    // P-62: the row of the reader's own account stands in the reader's own list.
    description: mayReadDescription(actor, row) ? row.description : '',
    mayEnter: mayEnter(actor, row),
  }))
  return { list: list.of(rows), kinds: accountKinds, mayCreate: maySell(actor) }
}

const subscriptions = sql<number>`(
  select count(*)::integer from subscriptions where subscriptions.account_id = ${accounts.id})`

interface Filters {
  q?: string
  kind?: Account['kind']
  status?: 'active' | 'suspended'
  provider?: number
}

const matching = ({ q, kind, status, provider: above }: Filters): (SQL | undefined)[] => [
  q === undefined || q === '' ? undefined : named(q),
  kind && eq(accounts.kind, kind),
  status && eq(accounts.suspended, status === 'suspended'),
  above === undefined ? undefined : eq(accounts.providerId, above),
]

const named = (q: string): SQL => {
  const columns = [accounts.name, accounts.company, accounts.email, logins.name]
  const number = /^[1-9][0-9]{0,14}$/.test(q) ? [eq(accounts.id, Number(q))] : []
  return sql`(${sql.join([...columns.map((column) => contains(column, q)!), ...number], sql` or `)})`
}
