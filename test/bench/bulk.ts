import { and, eq, type SQL, sql, TransactionRollbackError } from 'drizzle-orm'
import { accounts, logins } from '../../src/accounts/schema.ts'
import type { Actor } from '../../src/audit/actor.ts'
import { accept, preview } from '../../src/bulk/acceptance.ts'
import { actions } from '../../src/bulk/actions.ts'
import { listItems, standingOf } from '../../src/bulk/receipt.ts'
import type { Of } from '../../src/bulk/schema.ts'
import { keepSelection } from '../../src/bulk/selection.ts'
import { undo, undoPreview } from '../../src/bulk/undoing.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { batches } from '../../src/jobs/schema.ts'
import { initialValues, type Values } from '../../src/plans/catalogue.ts'
import { plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { postmasterOf, processorTime } from './cpu.ts'
import { benchPanel } from './panel.ts'

// 10,000 accounts with a subscription each: looked at, done and undone, each beside what the bare
// statements for the same rows cost. Each figure: what a clock shows, and processor time of both.
const count = 10_000

await using panel = await benchPanel()
const { db } = panel
const postmaster = await postmasterOf(db)
const actor = await admin()
const { reseller, other } = await populate()
const everyone = and(eq(accounts.kind, 'customer'), sql`${accounts.name} like 'bulk%'`)
const everything = sql`${subscriptions.domain} like 'n%.test'`

await figure('chosen: all 10,000 that match', () => chosen('account'))

await floor('suspend', [
  sql`insert into suspensions (account_id, reason, author_name) select id, 'admin', 'bench' from ours`,
  sql`update accounts set suspended = true where id in (select id from ours)`,
  restart(sql`suspended = true`),
])
const down = await measured('suspend', { text: 'Unpaid' })
await receiptOf(down)
await undone('suspend', down)
await measured('suspend', { text: 'Unpaid' })
await undone('activate', await measured('activate', {}))
await measured('activate', {})

await floor('move', [
  sql`update accounts set provider_id = ${reseller} where id in (select id from ours)`,
  restart(sql`plan_id = null`),
])
await undone('move', await measured('move', { to: reseller, plan: null, each: [], own: [] }))

await floor('convert', [
  sql`update accounts set kind = 'reseller' where id in (select id from ours)`,
  sql`insert into resellers (account_id, values) select account_id, values from subscriptions
    where account_id in (select id from ours)`,
])
await undone('convert', await measured('convert', { plan: null, each: [] }))

await floor('remove', [
  sql`update accounts set suspended = true, trashed_until = now() where id in (select id from ours)`,
  restart(sql`suspended = true`),
])
await undone('remove', await measured('remove', {}))

await floor('plan', [restart(sql`plan_id = ${other}, values = values || '{"subdomains": 7}'`)])
const tie = { change: 'plan', planId: other }
await undone('plan', await measured('plan', tie, 'subscription'))
await measured('plan', { change: 'custom', planId: null }, 'subscription')
await undone('plan', await measured('plan', tie, 'subscription'))

await floor('message', [
  sql`insert into messages (key, account_id, to_address, to_name, template, words, actor_name)
    select gen_random_uuid(), id, '', '', 'message', '{}', 'bench' from ours`,
  sql`insert into jobs (kind, key, payload) select 'bench', id::text, '{}' from ours`,
])
await measured('message', { subject: 'News', html: '<p>Hello</p>' })

function chosen(of: Of) {
  return keepSelection(db, actor, of, { matching: of === 'account' ? everyone : everything })
}

/** On rows as autovacuum leaves them, which comes within a minute; what is undone is undone at once. */
async function measured(name: string, options: object, of: Of = 'account'): Promise<number> {
  await db.execute(sql`vacuum analyze`)
  const action = actions[of][name]!
  const selection = await chosen(of)
  const shown = await figure(`${name}: preview`, () =>
    preview(db, actor, selection, action, options),
  )
  if (shown.going.length !== count) throw new Error(`${name}: ${shown.going.length} of ${count}`)
  const batch = await figure(`${name}: accepted`, () =>
    accept(db, actor, selection.id, name, action, options, shown.seen),
  )
  await db.execute(sql`analyze`)
  return batch
}

async function undone(name: string, id: number) {
  const [batch] = await db.select().from(batches).where(eq(batches.id, id))
  const { seen } = await figure(`${name}: preview of undoing`, () => undoPreview(db, actor, batch!))
  await figure(`${name}: undone`, () => undo(db, actor, batch!, seen))
  await db.execute(sql`analyze`)
}

async function receiptOf(id: number) {
  const [batch] = await db.select().from(batches).where(eq(batches.id, id))
  const page = { state: undefined, after: 0, limit: 51 }
  await figure('receipt of 10,000', () =>
    Promise.all([standingOf(db, id), listItems(db, batch!, sql`true`, page)]),
  )
}

async function figure<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = processorTime(postmaster)
  const started = performance.now()
  const result = await work()
  const took = performance.now() - started
  const used = processorTime(postmaster) - before
  const [clock, cpu] = [took, used].map((ms) => ms.toFixed(0).padStart(6))
  console.log(`${name.padEnd(40)} ${clock} ms   processor ${cpu} ms`)
  return result
}

/** Taken back, so that what follows starts from the same rows. */
async function floor(name: string, statements: SQL[]) {
  const bare = db.transaction(async (tx) => {
    await tx.execute(
      sql`create temporary view ours as select id from accounts where name like 'bulk%'`,
    )
    await figure(`floor: ${name}, bare statements`, async () => {
      for (const statement of statements) await tx.execute(statement)
    })
    tx.rollback()
  })
  await bare.catch((error) => {
    if (!(error instanceof TransactionRollbackError)) throw error
  })
  await db.execute(sql`vacuum analyze`)
}

function restart(change: SQL): SQL {
  return sql`update subscriptions set ${change}, generation = generation + 1
    where account_id in (select id from ours)`
}

async function admin(): Promise<Actor> {
  const [row] = await db
    .select({ account: accounts, login: logins })
    .from(accounts)
    .innerJoin(logins, eq(logins.accountId, accounts.id))
    .where(eq(accounts.kind, 'admin'))
  const { account, login } = row!
  return {
    accountId: account.id,
    kind: 'admin',
    loginId: login.id,
    loginName: login.name,
    role: 'owner',
    impersonator: null,
    address: null,
  }
}

/** A reseller with room for all of them, and another plan for all of them. */
async function populate() {
  // A host that nobody has finished adding takes no jobs, so that nothing else is measured.
  const [host] = await db.insert(hosts).values({ name: 'away', kind: 'ssh' }).returning()
  const values = initialValues()
  const planId = await aPlan('Bench', values)
  const [reseller] = await db
    .insert(accounts)
    .values({ kind: 'reseller', providerId: actor.accountId, name: 'Room', email: 'r@example.org' })
    .returning()
  await db.insert(resellers).values({ accountId: reseller!.id, values: initialValues('reseller') })
  await db.execute(sql`
    with made as (
      insert into accounts (kind, provider_id, name, email)
      select 'customer', ${actor.accountId}, 'bulk ' || n, 'c' || n || '@example.org'
      from generate_series(1, ${count}::integer) as n returning id),
    entry as (
      insert into logins (account_id, name, password_hash) select id, 'c' || id, 'x' from made)
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values)
    select id, ${planId}, ${host!.id}, 'n' || id || '.test', 'n' || id, nextval('system_uids'),
      'x', ${JSON.stringify(values)}::text::jsonb
    from made`)
  await db.execute(sql`analyze`)
  return { reseller: reseller!.id, other: await aPlan('Other', { ...values, subdomains: 7 }) }
}

async function aPlan(name: string, values: Values): Promise<number> {
  const [plan] = await db
    .insert(plans)
    .values({ ownerId: actor.accountId, kind: 'service', name, values })
    .returning()
  const { id: planId, version, title } = plan!
  await db
    .insert(planVersions)
    .values({ planId, version, name, title, values, authorName: 'bench' })
  return planId
}
