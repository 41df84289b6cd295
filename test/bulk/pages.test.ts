import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { selections } from '../../src/bulk/schema.ts'
import { sweepSelections } from '../../src/bulk/selection.ts'
import { finishedJobs, jobs } from '../../src/jobs/schema.ts'
import { type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { suspendAccount } from '../../src/subscriptions/suspension.ts'
import { aSubscription, type Cast, cast, reread, type Someone, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let carla: Someone
let shop: Subscription
let rita: Visitor
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  carla = await someone(db(), 'customer', 'carla', people.rita.account.id)
  const { cato, host, ritasGold } = people
  shop = await aSubscription(db(), cato.account, host, ritasGold, 'shop.test')
  rita = await web.as(people.rita)
})

const both = () => [people.cato.account.id, carla.account.id].map(String)
const choose = async (fields: Record<string, string | string[]>, who = rita) => {
  const answer = await who.post('/customers/bulk', fields)
  return answer.headers.get('location') ?? String(answer.status)
}
const seenIn = (html: string) => /name="seen" value="([^"]+)"/.exec(html)![1]!
const path = (address: string) => address.split('?')[0]!

async function confirm(address: string, action: string, more: Record<string, string> = {}) {
  const seen = seenIn(await rita.read(address))
  return rita.post(path(address), { action, seen, ...more })
}

test('chosen, looked at, confirmed, received, undone', async () => {
  const address = await choose({ id: both(), action: 'suspend' })
  expect(address).toMatch(/^\/customers\/bulk\/\d+\?action=suspend$/)
  const preview = await rita.read(address)
  expect(preview).toContain('This will happen to 2 of 2')
  expect(preview).not.toContain('undefined')
  expect(await rita.read('/customers')).not.toContain('[object Object]')
  expect(await reread(db(), shop)).toMatchObject({ suspended: false })

  const answer = await confirm(address, 'suspend', { text: 'Unpaid' })
  const receipt = answer.headers.get('location')!
  expect(receipt).toMatch(/^\/batches\/\d+$/)
  expect(await reread(db(), shop)).toMatchObject({ suspended: true })
  const page = await rita.read(receipt)
  expect(page).toContain('1 of 2 done')
  expect(page).toContain('http-equiv="refresh"')
  expect(await (await rita.get(receipt, partial)).text()).not.toContain('<html')
  expect(await rita.read(`${receipt}?state=waiting`)).not.toContain('>Carla<')

  // confirmed twice
  expect((await rita.get(address)).headers.get('location')).toBe(receipt)
  const undo = await rita.read(`${receipt}/undo`)
  expect(undo).toContain('2 go back')
  expect((await rita.post(`${receipt}/undo`, { seen: 'x' })).status).toBe(409)
  const undone = await rita.post(`${receipt}/undo`, { seen: seenIn(undo) })
  expect(undone.headers.get('location')).toMatch(/^\/batches\/\d+$/)
  expect(await reread(db(), shop)).toMatchObject({ suspended: false })
  expect(await rita.read(receipt)).not.toContain('/undo')
})

test('a preview that is not true any more is shown anew (F-79)', async () => {
  const address = await choose({ id: both(), action: 'suspend' })
  const seen = seenIn(await rita.read(address))
  await suspendAccount(db(), people.rita.actor, carla.account.id, '')
  const answer = await rita.post(path(address), { action: 'suspend', seen, text: '' })
  expect(answer.status).toBe(409)
  const html = await answer.text()
  expect(html).toContain('This will happen to 1 of 2')
  expect(html).toContain('It is suspended already.')
  expect(await reread(db(), shop)).toMatchObject({ suspended: false })
  const again = { action: 'suspend', seen: seenIn(html), text: '' }
  expect((await rita.post(path(address), again)).status).toBe(303)
})

// F-83
test('who chose nothing is told so, and gets back to the list as it was', async () => {
  const answer = await rita.post('/customers/bulk', { query: 'q=ca&status=active', action: 'move' })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain('Nothing is chosen')
  expect(page).toContain('href="/customers?q=ca&amp;status=active"')
})

test('what is chosen badly is refused, and nothing is done', async () => {
  // F-77, F-78, F-83, F-84
  expect(await choose({ action: 'suspend' })).toBe('422')
  expect(await choose({ id: ['abc', '0'], action: 'suspend' })).toBe('409')
  expect(await choose({ id: both(), action: 'explode' })).toBe('404')
  for (const action of ['constructor', '__proto__']) {
    expect(await choose({ id: both(), action })).toBe('404')
  }
  expect(await choose({ id: both(), action: 'suspend', status: 'x' })).toBe('404')
  const many = Array.from({ length: 20_001 }, (_, n) => String(n + 1))
  expect(await choose({ id: many, action: 'suspend' })).toBe('413')

  const address = await choose({
    id: [...both(), 'abc', String(people.cleo.account.id)],
    action: 'remove',
  })
  expect(await rita.read(address)).toContain('2 of what you chose are not there')
  expect((await confirm(address, 'remove')).status).toBe(422)
  const skipped = await rita.post(path(address), { action: 'remove', yes: 'on', seen: 'guess' })
  expect([200, 409]).toContain(skipped.status)
  expect(await db().$count(jobs)).toBe(0)
})

test('all that match are those that match now', async () => {
  const address = await choose({ all: 'on', query: 'q=carl&kind=customer', action: 'suspend' })
  expect(await rita.read(address)).toContain('This will happen to 1 of 1')
  await someone(db(), 'customer', 'carlo', people.rita.account.id)
  await confirm(address, 'suspend')
  const closed = await db().select().from(accounts).where(eq(accounts.suspended, true))
  expect(closed.map(({ name }) => name)).toEqual(['Carla'])
})

test('a selection is nobody else’s, and is forgotten after an hour', async () => {
  const address = await choose({ id: both(), action: 'suspend' })
  for (const who of [people.ada, people.rolf]) {
    expect((await (await web.as(who)).get(address)).status).toBe(404)
  }
  expect((await (await web.as(people.cato)).post('/customers/bulk', {})).status).toBe(404)
  await sweepSelections(db())
  expect(await db().$count(selections)).toBe(1)
  await db()
    .update(selections)
    .set({ createdAt: new Date(Date.now() - 3_700_000) })
  expect((await rita.get(address)).status).toBe(404)
  await sweepSelections(db())
  expect(await db().$count(selections)).toBe(0)
})

test('what failed is tried again, and nothing else', async () => {
  const blog = await aSubscription(db(), carla.account, people.host, people.ritasGold, 'blog.test')
  const address = await choose({ id: both(), action: 'suspend' })
  const receipt = (await confirm(address, 'suspend')).headers.get('location')!
  expect(await rita.read(receipt)).not.toContain('Retry failed only')
  await db()
    .update(jobs)
    .set({ state: 'parked', reason: 'The disk is full' })
    .where(eq(jobs.subscriptionId, shop.id))
  const page = await rita.read(`${receipt}?state=failed`)
  expect(page).toContain('The disk is full')
  expect(page).toContain('>Cato<')

  expect((await rita.post(`${receipt}/retry`)).status).toBe(303)
  const open = await db().select().from(jobs)
  expect(open.map(({ state, reason }) => [state, reason])).toEqual([
    ['waiting', ''],
    ['waiting', ''],
  ])

  // cancelled, and so under way no more
  await db().delete(jobs).where(eq(jobs.subscriptionId, blog.id))
  await rita.post(`${receipt}/retry`)
  expect(await db().$count(jobs, eq(jobs.subscriptionId, blog.id))).toBe(1)
  expect(await db().$count(finishedJobs)).toBe(0)
})

test('a receipt is its doer’s and those above; who may not sell undoes nothing', async () => {
  // F-110
  const address = await choose({ id: both(), action: 'suspend' })
  const receipt = (await confirm(address, 'suspend')).headers.get('location')!
  expect((await (await web.as(people.ada)).get(receipt)).status).toBe(200)
  for (const who of [people.rolf, people.cleo]) {
    const visitor = await web.as(who)
    for (const at of ['', '/undo']) expect((await visitor.get(receipt + at)).status).toBe(404)
    for (const at of ['/undo', '/retry']) {
      expect((await visitor.post(receipt + at, { seen: '' })).status).toBe(404)
    }
  }
})

test('what was moved away is named and shown no further', async () => {
  // F-112
  const address = await choose({ id: both(), action: 'suspend' })
  const receipt = (await confirm(address, 'suspend')).headers.get('location')!
  await db()
    .update(accounts)
    .set({ providerId: people.rolf.account.id })
    .where(eq(accounts.id, carla.account.id))
  const page = await rita.read(receipt)
  expect(page).not.toContain(`/customers/${carla.account.id}"`)
  expect(await rita.read(`${receipt}/undo`)).toContain('It is not there any more.')
})

test('subscriptions have the same', async () => {
  const answer = await rita.post('/subscriptions/bulk', { id: String(shop.id), action: 'suspend' })
  const address = answer.headers.get('location')!
  expect(await rita.read(address)).toContain('1 subscription chosen')
  const receipt = (await confirm(address, 'suspend', { text: 'Spam' })).headers.get('location')!
  expect(await rita.read(receipt)).toContain('shop.test')
  const [row] = await db().select().from(subscriptions).where(eq(subscriptions.id, shop.id))
  expect(row).toMatchObject({ suspended: true })
})
