import { setTimeout as pause } from 'node:timers/promises'
import { eq, isNotNull } from 'drizzle-orm'
import { accounts } from '../../src/accounts/schema.ts'
import { systemActor } from '../../src/audit/actor.ts'
import { sealingKey } from '../../src/auth/sealing.ts'
import type { Database } from '../../src/db/database.ts'
import { addHost } from '../../src/hosts/adding.ts'
import { panelKey } from '../../src/hosts/connection/panel-key.ts'
import { openHosts } from '../../src/hosts/connection/pool.ts'
import { enrol } from '../../src/hosts/enrolment.ts'
import { fingerprint } from '../../src/hosts/fingerprint.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { finishedJobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { createPlan } from '../../src/plans/creation.ts'
import { startHost } from '../hosts/start.ts'
import { line, timed } from './figures.ts'
import { benchPanel } from './panel.ts'
import { visitor } from './visitor.ts'

// From the click on "Create subscription" to the page with user name and password, on a real host.
await using panel = await benchPanel()
await using machine = await startHost({ layer: 'prepared' })
const { db } = panel
const key = panelKey(panel.dataFolder)
const hostId = await enrolled(db)

const [admin] = await db.select().from(accounts).where(eq(accounts.kind, 'admin'))
const actor = { ...systemActor('command line'), accountId: admin!.id }
const draft = { title: '', hidden: false, notForResellers: false, values: initialValues() }
const plan = await createPlan(db, actor, 'service', { name: 'Gold', ...draft })
const [customer] = await db
  .insert(accounts)
  .values({ kind: 'customer', providerId: admin!.id, name: 'Cato', email: 'cato@cato.test' })
  .returning()

const ada = visitor(panel.url)
await (await ada.form('/login', { name: 'admin', password: panel.password! }))()

const own = openHosts({ db, dataFolder: panel.dataFolder, key })
const connection = await own.open(hostId)
await connection.ping()
console.log(
  line('floor: one round trip on the open SSH channel', await timed(100, () => connection.ping())),
)

const took: number[] = []
for (let n = 1; n <= 30; n++) {
  const fields = {
    account: String(customer!.id),
    domain: `shop${n}.test`,
    plan: String(plan.id),
    host: '',
  }
  const send = await ada.form(`/subscriptions/new?account=${customer!.id}`, fields)
  const started = performance.now()
  const page = await send()
  took.push(performance.now() - started)
  if (!page.includes('id="password"')) throw new Error('The credentials did not come with the page')
}
console.log(line('click to credentials', took))

const done = await db.select().from(finishedJobs).where(isNotNull(finishedJobs.subscriptionId))
const between = (from: Date, to: Date) => to.getTime() - from.getTime()
const untilStart = done.map((job) => between(job.createdAt, job.startedAt!))
console.log(line('  of that: from asking to the start of its job', untilStart))
const atWork = done.map((job) => between(job.startedAt!, job.finishedAt!))
console.log(line('  of that: its job', atWork))

await own.close()

async function enrolled(db: Database): Promise<number> {
  const admin = systemActor('command line')
  const { hostId } = await addHost(db, admin, { name: 'web1', address: machine.address, port: 22 })
  const greeted = await until(db, hostId, (host) => host.offeredKey !== null)
  await machine.sh('cat >> /root/.ssh/authorized_keys', { input: `${key.public}\n` })
  const confirmed = fingerprint(greeted.offeredKey!)
  await enrol(db, sealingKey(panel.dataFolder), admin, hostId, { confirmed, password: null })
  await until(db, hostId, ({ state }) => state === 'online')
  return hostId
}

async function until(db: Database, id: number, is: (host: typeof hosts.$inferSelect) => boolean) {
  for (;;) {
    const [host] = await db.select().from(hosts).where(eq(hosts.id, id))
    if (is(host!)) return host!
    if (host!.state === 'failed') throw new Error(host!.stateReason)
    await pause(100)
  }
}
