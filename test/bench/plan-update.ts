import { eq, sql } from 'drizzle-orm'
import { accounts } from '../../src/accounts/schema.ts'
import { systemActor } from '../../src/audit/actor.ts'
import { shadowHash } from '../../src/auth/crypt.ts'
import type { Database } from '../../src/db/database.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { type Plan, plans, planVersions } from '../../src/plans/schema.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { line, timed } from './figures.ts'
import { benchPanel } from './panel.ts'

// 10,000 subscriptions on one plan: what an edit would do, and the edit itself, until it is accepted.
const count = 10_000

await using panel = await benchPanel()
const { db } = panel
const actor = systemActor('command line')
// A host that is away takes no jobs, so that nothing else is measured.
await db.update(hosts).set({ state: 'offline' })
const plan = await sold(db)
let subdomains = 0

await previewed()
console.log(line('preview of 10,000', await timed(5, previewed)))
console.log(line('floor: the same rows by one bare statement', await timed(5, bare)))
console.log(line('preview and update accepted', await timed(5, updated)))
const looked = await previewed()
console.log(line('update accepted, looked at before', await timed(1, () => accepted(looked))))

const behind = sql`not ${subscriptions.values} @> ${JSON.stringify({ subdomains })}::text::jsonb`
if ((await db.$count(subscriptions, behind)) > 0) throw new Error('Not all follow their plan')
if ((await db.$count(jobs)) !== count) throw new Error('Not every host was told once')

async function edit() {
  const [now] = await db.select().from(plans).where(eq(plans.id, plan.id))
  const { name, title, hidden, notForResellers, version, values } = now!
  const text = { name, title, hidden, notForResellers, version, note: '' }
  return { ...text, values: { ...values, subdomains } }
}

async function previewed() {
  subdomains += 1
  const wanted = await edit()
  const preview = await previewChange(db, actor, plan.id, wanted)
  return { wanted, fingerprint: preview!.fingerprint }
}

async function updated() {
  return accepted(await previewed())
}

function accepted({ wanted, fingerprint }: Awaited<ReturnType<typeof previewed>>) {
  return changePlanAndSync(db, actor, plan.id, wanted, fingerprint)
}

async function bare() {
  subdomains += 1
  const values = JSON.stringify({ ...plan.values, subdomains })
  await db.execute(sql`
    update subscriptions set values = ${values}::text::jsonb, generation = generation + 1,
      version = version + 1 where plan_id = ${plan.id}`)
}

async function sold(db: Database): Promise<Plan> {
  const [admin] = await db.select().from(accounts).where(eq(accounts.kind, 'admin'))
  const [host] = await db.select().from(hosts)
  const [plan] = await db
    .insert(plans)
    .values({ ownerId: admin!.id, kind: 'service', name: 'Bench', values: initialValues() })
    .returning()
  const { id: planId, version, name, title, values } = plan!
  await db
    .insert(planVersions)
    .values({ planId, version, name, title, values, authorName: 'bench' })
  await db.execute(sql`
    insert into subscriptions (account_id, plan_id, host_id, domain, "system_user", uid, password_hash, values)
    select ${admin!.id}, ${planId}, ${host!.id}, 'n' || n || '.test', 'n' || n, nextval('system_uids'),
      ${shadowHash('the same for all of them')}, ${JSON.stringify(values)}::text::jsonb
    from generate_series(1, ${count}::integer) as n`)
  await db.execute(sql`analyze subscriptions`)
  return plan!
}
