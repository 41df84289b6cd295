import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type SQL, sql } from 'drizzle-orm'
import { openSession } from '../../src/auth/sessions.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { line, middle } from './figures.ts'
import type { Load, Took } from './load.ts'
import { benchPanel } from './panel.ts'
import { sold } from './sold.ts'

// What a page of a list takes while 32 are asked for at once, over HTTP: in the server, and until it is
// with the client, which shares its two cores; beside the bare statement that finds its rows.
const parallel = 32
const count = 2000
/** Machines that others use too stand still for a moment now and then: the middle one of five is told. */
const rounds = 5
/** A process that has just started compiles what it does often; so all is asked for before any is measured. */
const warming = 1000

await using panel = await benchPanel()
const { db } = panel
await db.update(hosts).set({ state: 'offline' })
console.log('making 100,000 accounts with 300,000 subscriptions …')
const { admin, reseller, sample } = await sold(db)
const cookieOf = async (loginId: number) =>
  `session=${await openSession(db, loginId, { address: null, userAgent: 'bench' })}`
const ada = await cookieOf(admin)
const rita = await cookieOf(reseller.login)
const worker = new Worker(join(import.meta.dirname, 'load.ts'))

const [first = '', family = ''] = sample.name.toLowerCase().split(' ')
const part = family.slice(0, 5)
const label = sample.domain.split('.')[0]!.slice(0, 8)
const accountsWhere = (where: SQL) =>
  sql`select * from accounts where ${where} order by lower(name), id limit 51`
const subscriptionsWhere = (where: SQL) =>
  sql`select * from subscriptions where ${where} order by domain, id limit 51`
const wordsLike = (typed: string) =>
  accountsWhere(sql`id in (select account_id from account_words where words like ${`%${typed}%`})`)
const its = sql`provider_id = ${reseller.account}`

const pages: [name: string, cookie: string, path: string, floor: SQL][] = [
  ['customers, first page', ada, '/customers', accountsWhere(sql`true`)],
  ['customers, suspended', ada, '/customers?status=suspended', accountsWhere(sql`suspended`)],
  ['customers, search', ada, `/customers?q=${part}`, wordsLike(part)],
  ['customers, search for one', ada, `/customers?q=${first}`, wordsLike(first)],
  ['customers of a reseller with 20,000', rita, '/customers', accountsWhere(its)],
  ['the same, search', rita, `/customers?q=${part}`, wordsLike(part)],
  ['subscriptions, first page', ada, '/subscriptions', subscriptionsWhere(sql`true`)],
  [
    'subscriptions, suspended',
    ada,
    '/subscriptions?status=suspended',
    subscriptionsWhere(sql`suspended`),
  ],
  [
    'subscriptions, search',
    ada,
    `/subscriptions?q=${label}`,
    subscriptionsWhere(
      sql`id in (select subscription_id from subscription_words where words like ${`%${label}%`})`,
    ),
  ],
]

for (const [, cookie, path] of pages) {
  await asked({ url: panel.url + path, cookie, parallel, count: warming })
}
const measured = pages.map(() => ({
  there: [] as number[][],
  here: [] as number[][],
  floor: [] as number[][],
}))
for (let round = 0; round < rounds; round++) {
  for (const [index, [, cookie, path, floor]] of pages.entries()) {
    const took = await asked({ url: panel.url + path, cookie, parallel, count })
    const all = measured[index]!
    all.there.push(took.map((one) => one.there))
    all.here.push(took.map((one) => one.here))
    all.floor.push(await bare(floor))
  }
}
for (const [index, { there, here, floor }] of measured.entries()) {
  console.log(line(pages[index]![0], middle(there)))
  console.log(line('  until it is with the client', middle(here)))
  console.log(line('  floor: the bare statement', middle(floor)))
}
await worker.terminate()

async function asked(load: Load): Promise<Took[]> {
  worker.postMessage(load)
  const [took] = await once(worker, 'message')
  return took as Took[]
}

async function bare(statement: SQL): Promise<number[]> {
  const took: number[] = []
  let left = count
  const one = async () => {
    while (left-- > 0) {
      const started = performance.now()
      await db.execute(statement)
      took.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: parallel }, one))
  return took
}
