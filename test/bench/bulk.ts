import { and, eq, sql } from 'drizzle-orm'
import { accounts, logins } from '../../src/accounts/schema.ts'
import type { Actor } from '../../src/audit/actor.ts'
import { accept, preview } from '../../src/bulk/acceptance.ts'
import { actions } from '../../src/bulk/actions.ts'
import { listItems, standingOf } from '../../src/bulk/receipt.ts'
import { keepSelection } from '../../src/bulk/selection.ts'
import { undo, undoPreview } from '../../src/bulk/undoing.ts'
import { disconnect } from '../../src/db/database.ts'
import { joinDatabase } from '../../src/db/open.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { batches } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { line, timed } from './figures.ts'
import { benchPanel } from './panel.ts'

// 10,000 accounts with a subscription each: looked at, done and undone, each beside what the bare
// statements for the same rows cost.
const count = 10_000

await using panel = await benchPanel()
const db = await joinDatabase(null, panel.dataFolder)
const actor = await admin()
const reseller = await populate()
const all = and(eq(accounts.kind, 'customer'), sql`${accounts.name} like 'bulk%'`)

const chosen = await timed(3, () => keepSelection(db, actor, 'account', { matching: all }))
console.log(line('chosen: all 10,000 that match', chosen))

await floor('suspend', () =>
  db.execute(sql`
    with added as (insert into suspensions (account_id, reason, author_name)
        select id, 'admin', 'bench' from accounts where name like 'bulk%' returning account_id),
      closed as (update accounts set suspended = true where name like 'bulk%' returning id)
    update subscriptions set suspended = true, generation = generation + 1
    where account_id in (select id from closed)`),
)
await db.execute(sql`delete from suspensions`)
await db.execute(sql`update accounts set suspended = false`)
await db.execute(sql`update subscriptions set suspended = false`)

const down = await measured('suspend', { text: 'Unpaid' })
await receiptOf(down)
await undone('suspend', down)
await measured('suspend', { text: 'Unpaid' })
await undone('activate', await measured('activate', {}))
await measured('activate', {})
await undone('move', await measured('move', { to: reseller, plan: null, each: [], own: [] }))
await undone('convert', await measured('convert', { plan: null, each: [] }))
await undone('remove', await measured('remove', {}))
await disconnect(db)

async function measured(name: string, options: object): Promise<number> {
  const action = actions.account[name]!
  const selection = await keepSelection(db, actor, 'account', { matching: all })
  let seen = ''
  let going = 0
  const looked = await timed(1, async () => {
    const shown = await preview(db, actor, selection, action, options)
    seen = shown.seen
    going = shown.going.length
  })
  if (going !== count) throw new Error(`${name}: ${going} of ${count}`)
  console.log(line(`${name}: preview`, looked))
  let batch = 0
  const done = await timed(1, async () => {
    batch = await accept(db, actor, selection.id, name, action, options, seen)
  })
  console.log(line(`${name}: accepted`, done))
  await db.execute(sql`analyze`)
  return batch
}

async function undone(name: string, id: number) {
  const [batch] = await db.select().from(batches).where(eq(batches.id, id))
  let seen = ''
  const looked = await timed(1, async () => {
    seen = (await undoPreview(db, actor, batch!)).seen
  })
  console.log(line(`${name}: preview of undoing`, looked))
  console.log(line(`${name}: undone`, await timed(1, () => undo(db, actor, batch!, seen))))
}

async function receiptOf(id: number) {
  const [batch] = await db.select().from(batches).where(eq(batches.id, id))
  const page = { state: undefined, after: 0, limit: 51 }
  const shown = () => Promise.all([standingOf(db, id), listItems(db, batch!, sql`true`, page)])
  console.log(line('receipt of 10,000', await timed(20, shown)))
}

/** In a transaction that is taken back, so that what follows starts from the same rows. */
async function floor(name: string, bare: () => Promise<unknown>) {
  console.log(line(`floor: ${name} by bare statements`, await timed(1, bare)))
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

/** @returns the number of a reseller with enough room for all of them */
async function populate(): Promise<number> {
  // A host that nobody has finished adding takes no jobs, so that nothing else is measured.
  const [host] = await db.insert(hosts).values({ name: 'away', kind: 'ssh' }).returning()
  const values = initialValues()
  const [plan] = await db
    .insert(plans)
    .values({ ownerId: actor.accountId, kind: 'service', name: 'Bench', values })
    .returning()
  const { id: planId, version, name, title } = plan!
  await db
    .insert(planVersions)
    .values({ planId, version, name, title, values, authorName: 'bench' })
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
  return reseller!.id
}
