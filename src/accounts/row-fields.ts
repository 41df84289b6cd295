import { eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { mayEnter } from '../auth/impersonation.ts'
import { built } from '../db/built.ts'
import type { Db } from '../db/database.ts'
import { type Few, fewCounted, most } from '../db/narrowing.ts'
import { type AccountFilters, matchingOneByOne } from '../subscriptions/matching-accounts.ts'
import type { Searched } from '../subscriptions/searched.ts'
import { unsyncedResellers } from '../subscriptions/unsynced-resellers.ts'
import { alike } from '../web/alike.ts'
import type { ShownColumns } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { firstOf, firstOfFew } from '../web/first.ts'
import type { ReadList } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { summedOf, sumsOfThese, unknown, type Whole } from '../web/totals.ts'
import { mayReadDescription } from './description.ts'
import type { AskedAccounts, accountRules } from './list-fields.ts'
import { accounts, logins } from './schema.ts'

export const wanted = (
  c: C,
  filters: Omit<AskedAccounts, 'q'> & { q?: string | Searched | undefined },
): AccountFilters => ({
  ...filters,
  timeZone: timeZoneOf(c),
})

const provider = alias(accounts, 'provider')
const owner = sql`${logins.accountId} = ${accounts.id} and ${logins.role} = 'owner'`

interface Wish {
  few?: Few | undefined
  /** the columns that are shown; undefined: all */
  columns?: ShownColumns | undefined
}

export async function accountRows(c: C, list: ReadList<typeof accountRules>, wish: Wish = {}) {
  const { db, actor } = c.var
  const rows = await rowsOf(c, list, wish)
  // Where one row only says that they are many, nobody sees it.
  const shown = rows.filter(({ counted }) => counted <= most)
  const resellers = shown.filter(({ kind }) => kind === 'reseller').map(({ id }) => id)
  const unsynced = resellers.length > 0 ? await unsyncedResellers(db, resellers) : new Set()
  return rows.map((row) => ({
    ...row,
    unsynced: unsynced.has(row.id),
    // P-62: the row of the reader's own account stands in the reader's own list.
    description: mayReadDescription(actor, row) ? row.description : '',
    mayEnter: mayEnter(actor, row),
  }))
}

function rowsOf(c: C, list: ReadList<typeof accountRules>, { few, columns }: Wish) {
  const { db } = c.var
  const shows = columns?.has ?? (() => true)
  const { seen, asked, shape } = alike(c, list)
  const { name, where, values } = list.shape
  const place = {
    id: accounts.id,
    from: list.sort === 'login' ? sql`${accounts} join ${logins} on ${owner}` : sql`${accounts}`,
  }
  const seldom = rare.filter(shows).join(' ')
  if (few) {
    const summed = summedOf(columns)
    const kept = `accounts few ${few.name} ${seldom} ${summed.map(({ name }) => name)} ${name}`
    return built(db, kept, () => {
      const first = firstOfFew({ ...list, where }, place)
      const those = db.with(db.$with('few', {}).as(few.select()))
      const whole = { counted: fewCounted, sums: sumsOfThese(accounts, summed) }
      return select(those, list, shows, first, whole).prepare('accounts')
    }).execute({ ...few.values, ...values })
  }
  const first = (where: SQL | undefined) =>
    firstOf({ ...list, where }, place, matchingOneByOne(seen, wanted(c, asked)))
  if (!shape) return select(db, list, shows, first(list.where))
  return built(db, `accounts ${seldom} ${shape.name} ${name}`, () =>
    select(db, list, shows, first(where)).prepare('accounts'),
  ).execute({ ...shape.values, ...values })
}

/** Columns that few ask for are not fetched for the others: each costs as much as a column that is seen. */
const rare = ['email', 'phone', 'created']
const unread = <T>() => sql<T>`null`

const select = (
  db: Pick<Db, 'select'>,
  list: ReadList<typeof accountRules>,
  shows: ShownColumns['has'],
  where: SQL | undefined,
  whole: Whole = unknown,
) =>
  db
    .select({
      id: accounts.id,
      kind: accounts.kind,
      name: accounts.name,
      company: accounts.company,
      email: shows('email') ? accounts.email : unread<string>(),
      phone: shows('phone') ? accounts.phone : unread<string>(),
      description: accounts.description,
      providerId: accounts.providerId,
      suspended: accounts.suspended,
      removing: accounts.removing,
      trashedUntil: accounts.trashedUntil,
      createdAt: shows('created') ? accounts.createdAt : unread<Date>(),
      login: logins.name,
      providerName: provider.name,
      subscriptions,
      ...whole,
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
