import { eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
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
import type { C } from '../web/env.ts'
import { firstNamed, firstOf } from '../web/first.ts'
import type { ReadList } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { mayReadDescription } from './description.ts'
import type { AskedAccounts, accountRules } from './list-fields.ts'
import { accounts, logins } from './schema.ts'

export const wanted = (c: C, filters: AskedAccounts): AccountFilters => ({
  ...filters,
  timeZone: timeZoneOf(c),
})

const provider = alias(accounts, 'provider')
const owner = sql`${logins.accountId} = ${accounts.id} and ${logins.role} = 'owner'`

export async function accountRows(c: C, list: ReadList<typeof accountRules>, few?: Narrowed) {
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
