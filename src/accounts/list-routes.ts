import { eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { Hono } from 'hono'
import { mayEnter } from '../auth/impersonation.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { amongWritten } from '../db/many.ts'
import { countedBeside, type Narrowed } from '../db/narrowing.ts'
import {
  type AccountFilters,
  matchingBranches,
  matchingOneByOne,
} from '../subscriptions/matching-accounts.ts'
import { unsyncedResellers } from '../subscriptions/unsynced-resellers.ts'
import { alike } from '../web/alike.ts'
import { shownColumns } from '../web/columns.ts'
import { csv, everyRow } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { filterPanel } from '../web/filter-panel.ts'
import { firstNamed, firstOf } from '../web/first.ts'
import { found } from '../web/found.ts'
import { type ReadList, readList, wantsPart } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { totalsOf } from '../web/totals.ts'
import { maySell } from './access.ts'
import { mayReadDescription } from './description.ts'
import { type AskedAccounts, accountColumns, accountRules } from './list-fields.ts'
import { accountPanel } from './panel-fields.ts'
import { accounts, logins } from './schema.ts'

export type AccountList = Awaited<ReturnType<typeof accountList>>

export const accountListRoutes = new Hono<Env>()

  // P-59, M-4: all accounts, one list.
  .get('/customers', sellersOnly, async (c) => {
    const data = await accountList(c)
    return page(c, wantsPart(c, data.list) ? 'accounts/_table' : 'accounts/list', data)
  })

  .get('/customers.csv', sellersOnly, (c) => {
    const rows = everyRow(c, accountRules, (list) => accountRows(c, list))
    return csv(c, 'customers', accountColumns(c.var.t, c.var.actor), rows)
  })

async function accountList(c: C) {
  const { db, actor, t } = c.var
  const read = readList(c, accountRules)
  const { seen, shape } = alike(c, read.words)
  const all = accountColumns(t, actor)
  const matching = {
    unfiltered: read.unfiltered,
    branches: () => matchingBranches(seen, wanted(c, read.filters)),
    shape: shape && { ...shape, name: `accounts ${shape.name}` },
  }
  const columns = shownColumns(c, all)
  const [{ rows, few }, fields] = await Promise.all([
    found(db, matching, (few) => accountRows(c, read, few)),
    accountPanel(c, read.filters),
  ])
  const list = read.of(rows)
  const panel = filterPanel(fields, list)
  const seenColumns = all.filter(({ name }) => columns.has(name))
  const asked = wanted(c, read.filters)
  const totals = await totalsOf(c, accounts, seenColumns, () => matchingBranches(actor, asked), few)
  return {
    list,
    columns,
    panel,
    totals,
    csv: true,
    count: counted(c, few),
    mayCreate: maySell(actor),
  }
}

const counted = ({ var: { t } }: C, { count, more }: Narrowed) =>
  more
    ? t('More than {count} accounts', { count })
    : t('{count} {count|account|accounts}', { count })

const wanted = (c: C, filters: AskedAccounts): AccountFilters => ({
  ...filters,
  timeZone: timeZoneOf(c),
})

const provider = alias(accounts, 'provider')
const owner = sql`${logins.accountId} = ${accounts.id} and ${logins.role} = 'owner'`

async function accountRows(c: C, list: ReadList<typeof accountRules>, few?: Narrowed) {
  const { db, actor } = c.var
  const rows = await rowsOf(c, list, few?.ids ?? null)
  const resellers = rows.filter(({ kind }) => kind === 'reseller').map(({ id }) => id)
  const unsynced = resellers.length > 0 ? await unsyncedResellers(db, resellers) : new Set()
  return rows.map((row) => ({
    ...row,
    unsynced: unsynced.has(row.id),
    // P-62: the row of the reader's own account stands in the reader's own list.
    description: mayReadDescription(actor, row) ? row.description : '',
    mayEnter: mayEnter(actor, row),
  }))
}

function rowsOf(c: C, list: ReadList<typeof accountRules>, ids: string | null) {
  const { db } = c.var
  const { seen, shape } = alike(c, list.words)
  const asked = wanted(c, list.filters)
  const { name, where, values } = list.shape
  const place = {
    id: accounts.id,
    from: list.sort === 'login' ? sql`${accounts} join ${logins} on ${owner}` : sql`${accounts}`,
  }
  const first = (where: SQL | undefined) =>
    firstOf({ ...list, where }, place, matchingOneByOne(seen, asked))
  const counted = list.unfiltered ? countedBeside(matchingBranches(seen, asked)) : undefined
  if (ids) {
    return built(db, `accounts few ${name}`, () => {
      const those = amongWritten(accounts.id, sql.placeholder('ids'))
      return select(db, list, firstNamed({ ...list, where }, place, those)).prepare('accounts')
    }).execute({ ids, ...values })
  } else if (shape) {
    return built(db, `accounts ${shape.name} ${name}`, () =>
      select(db, list, first(where), counted).prepare('accounts'),
    ).execute({ ...shape.values, ...values })
  } else {
    return select(db, list, first(list.where), counted)
  }
}

const select = (
  db: Db,
  list: ReadList<typeof accountRules>,
  where: SQL | undefined,
  counted = sql<number>`0`,
) =>
  db
    .select({
      id: accounts.id,
      kind: accounts.kind,
      name: accounts.name,
      company: accounts.company,
      email: accounts.email,
      phone: accounts.phone,
      description: accounts.description,
      providerId: accounts.providerId,
      suspended: accounts.suspended,
      removing: accounts.removing,
      trashedUntil: accounts.trashedUntil,
      createdAt: accounts.createdAt,
      login: logins.name,
      providerName: provider.name,
      subscriptions,
      counted,
      cursor: list.cursor,
    })
    .from(accounts)
    .innerJoin(logins, owner)
    .leftJoin(provider, eq(provider.id, accounts.providerId))
    .where(where)
    .orderBy(...list.order)
    .limit(list.limit)

const subscriptions = sql<number>`(select count(*)::integer from (
  select from subscriptions where subscriptions.account_id = ${accounts.id} limit 1000) as counted)`
