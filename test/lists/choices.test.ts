import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../../src/db/database.ts'
import { choicesOf } from '../../src/lists/choices.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeAll(async () => {
  people = await cast(db())
  await db().execute(sql`
    with sellers as (
      insert into accounts (kind, provider_id, name, email)
      select 'reseller', ${people.ada.account.id}, 'Seller ' || n, 's@example.org'
      from generate_series(1001, 4000) as n returning id, name)
    insert into plans (owner_id, kind, name, values) select id, 'service', 'Plan of ' || name, '{}' from sellers`)
  await db().execute(sql`analyze`)
})

const rowsRead = async (tx: Transaction) => {
  const [row] = await tx.execute<{ count: number }>(
    sql`select sum(seq_tup_read + idx_tup_fetch)::integer as count
      from pg_stat_xact_user_tables where relname in ('accounts', 'plans')`,
  )
  return row!.count
}

test('a panel offers the first by name, and before them what an address names; it looks at no others', async () => {
  const [last] = await db().execute<{ id: number; plan: number }>(
    sql`select accounts.id, plans.id as plan from accounts join plans on owner_id = accounts.id
      where accounts.name = 'Seller 4000'`,
  )
  const named = { provider: Number(last!.id), plan: Number(last!.plan) }
  await db().transaction(async (tx) => {
    const before = await rowsRead(tx)
    const { providers, plans } = await choicesOf(tx, people.ada.actor, named)
    const read = (await rowsRead(tx)) - before
    expect(read).toBeLessThan(1000)

    expect(providers).toHaveLength(201)
    expect(providers[0]).toEqual({ value: named.provider, label: 'Seller 4000' })
    expect(providers.slice(1).map(({ label }) => label.toLowerCase())).toEqual(
      providers
        .slice(1)
        .map(({ label }) => label.toLowerCase())
        .sort(),
    )
    expect(plans[0]).toEqual({
      value: named.plan,
      label: 'Plan of Seller 4000 · Seller 4000',
    })
    expect(plans).toHaveLength(201)
  })
})
