import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { accounts } from '../../src/accounts/schema.ts'
import { sandboxAgent } from '../../src/agent/sandbox.ts'
import { systemActor } from '../../src/audit/actor.ts'
import { shadowHash } from '../../src/auth/crypt.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { parts } from '../../src/runner/parts.ts'
import { domains, subscriptions } from '../../src/subscriptions/schema.ts'
import { tellHosts } from '../../src/subscriptions/want.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { benchPanel } from './panel.ts'

// 2,000 subscriptions, from the transaction that asks for them to the last finished job.
const count = 2000

await using panel = await benchPanel()
const { db } = panel
const [admin] = await db.select().from(accounts).where(eq(accounts.kind, 'admin'))
const [host] = await db.select().from(hosts)
const passwordHash = shadowHash('the same for all of them')

const rows = await db
  .insert(subscriptions)
  .values(
    Array.from({ length: count }, (_, n) => ({
      accountId: admin!.id,
      hostId: host!.id,
      domain: `shop${n}.test`,
      systemUser: `shop${n}`,
      uid: sql`nextval('system_uids')`,
      passwordHash,
      values: initialValues(),
    })),
  )
  .returning()
await db
  .insert(domains)
  .values(
    rows.map(({ id, domain }) => ({ subscriptionId: id, kind: 'main' as const, name: domain })),
  )

const documents = await wantedDocuments(
  db,
  parts,
  rows.map(({ id }) => id),
  Buffer.alloc(32),
)
const alone = sandboxAgent(join(panel.dataFolder, 'alone'))
const floor = await milliseconds(async () => {
  for (let n = 0; n < count; n += 20) await alone.apply(documents.slice(n, n + 20))
})
print('floor: the agent alone, 20 documents at a time', floor)

const whole = await milliseconds(async () => {
  await db.transaction((tx) => tellHosts(tx, systemActor('command line'), rows))
  while ((await db.$count(jobs)) > 0) await pause(10)
})
print('enqueue to done', whole)
const applied = await db.$count(
  subscriptions,
  eq(subscriptions.appliedGeneration, subscriptions.generation),
)
if (applied !== count) throw new Error(`${count - applied} are not as wanted`)

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function print(name: string, took: number) {
  const each = (took / count).toFixed(2)
  console.log(
    `${name.padEnd(50)} ${(took / 1000).toFixed(2).padStart(7)} s   ${each.padStart(6)} ms each`,
  )
}
