import { and, eq, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { NotFound } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { plans } from '../plans/schema.ts'
import {
  amountOf,
  type Ledger,
  type LedgerLine,
  ledgerLine,
  ledgerOf,
  maySeeLedger,
  soldByReseller,
} from '../subscriptions/ledger.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { type ListRules, readList } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { findAccount } from './access.ts'
import { type Account, accounts } from './schema.ts'

const address = '/customers/:id{[1-9][0-9]{0,14}}/ledger'

export interface LedgerPage extends Ledger {
  account: Account
}

export type LedgerRows = Awaited<ReturnType<typeof rowsPage>>

export const ledgerRoutes = new Hono<Env>()

  // M-15, M-16, R-23
  .get(address, async (c) => {
    const account = await reseller(c)
    return page(c, 'accounts/ledger', { account, ...(await ledgerOf(c.var.db, account)) })
  })

  .get(`${address}/:property`, async (c) =>
    page(c, 'accounts/ledger-rows', await rowsPage(c, await reseller(c))),
  )

async function reseller(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, Number(c.req.param('id')))
  if (!maySeeLedger(c.var.actor, account)) throw new NotFound()
  return account
}

/** The largest first; they add up to what the ledger says was sold. */
async function rowsPage(c: C, account: Account) {
  const { db } = c.var
  const line = await lineOf(c, account)
  const amount = amountOf(line.key)
  const list = readList(c, {
    // What has no number of its own comes before all that has.
    sorts: {
      amount: { by: sql`coalesce(${amount}, 1e20)`, type: 'numeric' },
      domain: subscriptions.domain,
      customer: sql`lower(${accounts.name})`,
    },
    sort: '-amount',
    id: subscriptions.id,
  } satisfies ListRules)
  const found = await db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      plan: plans.name,
      accountId: accounts.id,
      customer: accounts.name,
      amount,
      cursor: list.cursor,
    })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(and(soldByReseller(account.id), sql`${amount} is distinct from 0`, list.where))
    .orderBy(...list.order)
    .limit(list.limit)
  const rows = found.map((row) => ({ ...row, domain: shownDomain(row.domain) }))
  return { account, line, list: list.of(rows) }
}

/** Customers are not counted by subscriptions; their list is that of customers. */
async function lineOf(c: C, account: Account): Promise<LedgerLine> {
  const key = c.req.param('property') ?? ''
  const line = await ledgerLine(c.var.db, account, key)
  if (!line || key === 'customers') throw new NotFound()
  return line
}
