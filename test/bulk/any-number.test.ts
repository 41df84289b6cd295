import { and, eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { accept, preview } from '../../src/bulk/acceptance.ts'
import { keepSelection } from '../../src/bulk/selection.ts'
import { suspendAccounts } from '../../src/bulk/suspending.ts'
import { suspensions } from '../../src/subscriptions/schema.ts'
import { cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)

test('all that match are as many as there are', async () => {
  // more than one field, one statement or one parameter list would hold (F-76, F-78)
  const { rita } = await cast(db())
  const many = 25_000
  await db().execute(sql`
    with made as (insert into accounts (kind, provider_id, name, email)
      select 'customer', ${rita.account.id}, 'many ' || n, 'n@example.org'
      from generate_series(1, ${many}::integer) as n returning id)
    insert into logins (account_id, name, password_hash) select id, 'many' || id, 'none' from made`)
  await db().execute(sql`analyze`)
  const visitor = await web.as(rita)
  const chosen = await visitor.post('/customers/bulk', {
    all: 'on',
    query: 'q=many',
    action: 'suspend',
  })
  const html = await visitor.read(chosen.headers.get('location')!)
  expect(html).toContain('This will happen to 25,000 of 25,000')
  expect(html).toContain('takes about 5 seconds')

  const matching = and(eq(accounts.kind, 'customer'), sql`${accounts.name} like 'many%'`)
  const selection = await keepSelection(db(), rita.actor, 'account', { matching })
  const { seen } = await preview(db(), rita.actor, selection, suspendAccounts, { text: '' })
  await accept(db(), rita.actor, selection.id, 'suspend', suspendAccounts, { text: '' }, seen)
  expect(await db().$count(suspensions)).toBe(many)
  expect(await db().$count(accounts, eq(accounts.suspended, true))).toBe(many)
}, 60_000)
