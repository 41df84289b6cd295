import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { program, tokenOf } from '../api/client.ts'
import { aPlan, type Cast, cast, type Someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { manyCustomers } from './many.ts'

// What pages say where there is more than anybody counts.

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let ada: Visitor
beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
  await manyCustomers(db(), people, 1001)
})

const words = async (path: string) =>
  (await ada.read(path)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const page = ({ account }: Pick<Someone, 'account'>) => `/customers/${account.id}`

test('a reseller with very many customers', async () => {
  const rita = page(people.rita)
  const api = program(web.app(), await tokenOf(db(), people.ada))

  expect(await words(rita)).toContain('Customers More than 1,000')
  expect(await words(`${rita}/suspension`)).toContain(
    'Nobody of this reseller and its more than 1,000 customers can log in',
  )
  const still = 'This reseller still has more than 1,000 customers. Move or remove them first.'
  expect(await words(`${rita}/removal`)).toContain(still)
  expect(await words(`${rita}/conversion`)).toContain(still)
  const { name } = people.rita.account
  expect(await (await ada.post(`${rita}/removal`, { name, ...nothing })).text()).toContain(still)
  expect((await api.get(`${rita}/removal`)).body.customers).toBe(1000)
  expect((await api.get(`${rita}/conversion`)).body.customers).toBe(1000)
})

test('a word that very many have, of whom a reseller sees one', async () => {
  const { rita, rolf } = people
  await db().execute(sql`update accounts set name = 'Ferryman' where provider_id = ${rolf.account.id}
    or id = (select min(id) from accounts where provider_id = ${rita.account.id})`)
  const found = async (someone: Someone) =>
    (await (await web.as(someone)).read('/customers?q=ferryman')).replaceAll(/<[^>]+>/g, ' ')

  // The second time it is known that there are many.
  for (let time = 0; time < 2; time++) {
    expect((await found(rita)).match(/\bFerryman\b/g)).toHaveLength(1)
    expect(await found(rita)).toContain('1 account')
    expect(await found(rolf)).toContain('More than 1,000 accounts')
  }
})

test('a host with very many subscriptions', async () => {
  const { id } = people.host
  const api = program(web.app(), await tokenOf(db(), people.ada))
  const there = 'More than 1,000 subscriptions are on this host. Move or remove them first.'

  expect(await words('/hosts')).toContain('More than 1,000')
  expect(await ada.read('/hosts.csv')).toContain('"More than 1,000"')
  expect(await words(`/hosts/${id}`)).toContain('Subscriptions More than 1,000')
  expect(await words(`/hosts/${id}/removal`)).toContain(there)
  expect(await (await ada.post(`/hosts/${id}/removal`)).text()).toContain(there)
  expect((await api.get('/hosts')).body.items[0].subscriptions).toBe(1000)
  expect((await api.get(`/hosts/${id}`)).body.subscriptions).toBe(1000)
})

test('conflicts of very many', async () => {
  await db().execute(sql`update subscriptions set unsynced = true`)
  await db().execute(sql`insert into conflicts (subscription_id, property, wanted, available, remedy)
    select id, 'virusScan', 'true', 'false', 'install it' from subscriptions`)
  const rita = await web.as(people.rita)
  const lowered = await aPlan(db(), people.rita.account, 'Scanning', { virusScan: true })
  await db().execute(sql`update subscriptions set plan_id = ${lowered.id}
    where seller_id = ${people.rita.account.id}`)
  const row = /Subscriptions">1,001\+<\/td>\s*<td[^>]*data-label="Conflicts">1,001\+</
  for (const who of [ada, rita]) {
    expect(await who.read('/conflicts')).toMatch(row)
    expect(await who.read('/conflicts')).toContain(
      'More than 1,000 subscriptions lack something. Not all of them are counted here.',
    )
    for (const group of ['property&group=virusScan', `host&group=${people.host.id}`]) {
      const found = await who.read(`/conflicts?by=${group}`)
      expect(found).toContain('More than 1,000 subscriptions lack this.')
      expect(found).toContain('data-label="Subscriptions">1,001+<')
    }
  }
  const ofPlan = await words(`/conflicts?by=plan&group=${lowered.id}`)
  expect(ofPlan).toContain('Lower the plan Scanning (At least 1,001 subscriptions)')

  // what is done is done for all of them
  const done = await rita.post('/conflicts', { by: 'property', group: 'virusScan', do: 'lock' })
  expect(done.status).toBe(303)
  expect(await rita.read('/conflicts')).toContain('No conflicts.')
})

test('very many jobs', async () => {
  await db().execute(sql`update hosts set state = 'offline', state_reason = 'It is gone.'`)
  await db().execute(sql`insert into jobs (kind, key, payload, host_id, place, account_id, subscription_id)
    select 'subscription.apply', id::text, '{}', host_id, host_id, account_id, id from subscriptions`)
  const shown = await words('/jobs')
  expect(shown).toContain('More than 1,000 Waiting')
  expect(shown).toContain('More than 1,000 jobs wait for it and will run by themselves.')
})

test('a customer with very many subscriptions', async () => {
  const cato = page(people.cato)
  expect(await words(cato)).toContain('Active subscriptions 0 Suspended subscriptions 0 Domains 0')

  await db().execute(sql`update subscriptions set account_id = ${people.cato.account.id}`)
  const shown = await words(cato)
  expect(shown).toContain('Active subscriptions Show Suspended subscriptions Show Domains Show')
  expect(shown).toContain('All subscriptions of this customer')
})

const contents = ['domains', 'subdomains', 'forwardings', 'mailboxes', 'mailAliases']
const nothing = Object.fromEntries(
  [...contents, 'subscriptions', 'mailingLists', 'ftpLogins', 'databases'].map((key) => [key, '0']),
)
