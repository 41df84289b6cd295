import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { jobs } from '../../src/jobs/schema.ts'
import { mailboxes } from '../../src/mail/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { fields, mailShop } from './shop.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Awaited<ReturnType<typeof mailShop>>
let cato: Visitor
beforeEach(async () => {
  await emptied(db())
  people = await mailShop(db())
  cato = await web.as(people.cato)
})

const form = () => `/subscriptions/${people.shop.id}/mailboxes/new`

test('a mailbox with a password that is made, and shown once to who made it', async () => {
  expect(await cato.read(form())).toContain('@shop.test')
  const answer = await cato.post(form(), fields())
  expect(answer.status).toBe(303)
  const [box] = await db().select().from(mailboxes)
  const shown = `/mailboxes/${box!.id}/credentials`
  expect(answer.headers.get('location')).toBe(shown)

  // F-52
  const rita = await web.as(people.rita)
  expect(await rita.read(shown)).toContain('was shown already')
  const page = await cato.read(shown)
  expect(page).toMatch(/<code id="user">info@shop.test<\/code>/)
  expect(page).toMatch(/<code id="password">[^<]{12,}<\/code>/)
  expect(await cato.read(shown)).toContain('was shown already')
  expect(await cato.read('/mailboxes?q=info@')).toContain('info@shop.test')
  expect(await cato.read('/mailboxes?q=other')).toContain('No mailbox matches')
})

test('a refused form keeps what was typed, and says how much room there is', async () => {
  const late = await cato.post(form(), fields({ quota: '9999', forwardTo: 'x@y.test nobody' }))
  expect(late.status).toBe(422)
  const text = await late.text()
  expect(text).toContain('at most 500 MB')
  expect(text).toContain('x@y.test nobody')
  for (const local of ['a', 'b', 'c']) await cato.post(form(), fields({ local }))
  const full = await cato.post(form(), fields({ local: 'd' }))
  expect(full.status).toBe(422)
  expect(await full.text()).toContain('3 of 3')
})

test('is changed, gets a new password and goes', async () => {
  await cato.post(form(), fields())
  const [box] = await db().select().from(mailboxes)
  const url = `/mailboxes/${box!.id}`
  const { local: _, domain: _domain, password: _password, ...rest } = fields({ imap: 'off' })
  expect((await cato.post(url, { ...rest, version: '1' })).status).toBe(303)
  expect((await cato.post(url, { ...rest, version: '1' })).status).toBe(409)
  expect(await cato.read(url)).toMatch(/<option value="off" selected/)

  const secret = 'another horse battery 9'
  const typed = { password: secret, repeat: secret }
  expect((await cato.post(`${url}/password`, { ...typed, repeat: 'x' })).status).toBe(422)
  expect((await cato.post(`${url}/password`, typed)).status).toBe(303)
  const [after] = await db().select().from(mailboxes).where(eq(mailboxes.id, box!.id))
  expect(after?.passwordHash).not.toBe(box!.passwordHash)

  expect((await cato.post(`${url}/removal`, {})).status).toBe(422)
  expect((await cato.post(`${url}/removal`, { yes: 'on' })).status).toBe(303)
  expect(await db().select().from(mailboxes)).toEqual([])
})

test('S-53, S-54, R-12: on, off and back to the plan, for a whole subscription', async () => {
  const rita = await web.as(people.rita)
  const url = `/subscriptions/${people.shop.id}/imap`
  expect(await rita.read(url)).toContain('The plan has it on.')
  expect((await cato.get(url)).status).toBe(403)
  const imap = async () => (await db().select().from(subscriptions))[0]?.values.imap
  const chosen = async () => /value="(\w+)"[^>]* checked/.exec(await rita.read(url))?.[1]
  expect(await chosen()).toBe('plan')
  await rita.post(url, { state: 'on' })
  expect([await imap(), await chosen()]).toEqual([true, 'on'])
  await rita.post(url, { state: 'off' })
  expect([await imap(), await chosen()]).toEqual([false, 'off'])
  await rita.post(url, { state: 'plan' })
  expect([await imap(), await chosen()]).toEqual([true, 'plan'])
})

test('a mailing list from the form to its end', async () => {
  const url = `/subscriptions/${people.shop.id}/mailing-lists/new`
  const list = { local: 'news', domain: 'shop.test', owner: 'cato@cato.test', posting: 'members' }
  const wrong = await cato.post(url, { ...list, members: 'ann@x.test\nnobody' })
  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain('2 (nobody)')
  const made = await cato.post(url, { ...list, members: 'ann@x.test' })
  const page = made.headers.get('location')!
  expect(await cato.read(page)).toContain('ann@x.test')
  expect(await cato.read('/mailing-lists')).toContain('news@shop.test')
  expect((await cato.post(`${page}/removal`, { yes: 'on' })).status).toBe(303)
})

const open = async (planId: number, more: Record<string, string> = {}) => {
  const rita = await web.as(people.rita)
  const answer = await rita.post('/subscriptions/new', {
    account: String(people.cato.account.id),
    domain: 'testdomain.de',
    plan: String(planId),
    host: '',
    ...more,
  })
  expect(answer.status).toBe(303)
  // as its host would have said
  await db().update(subscriptions).set({ appliedGeneration: 1, generation: 1 })
  await db().execute('delete from jobs')
  return rita.read(answer.headers.get('location')!)
}
const defaultName = (value: string | null) =>
  db().insert(settings).values({ accountId: people.rita.account.id, name: 'defaultMailbox', value })

test('S-70: testdomain.de comes with webmaster@testdomain.de, and its password is shown', async () => {
  await defaultName('webmaster')
  const page = await open(people.plan.id)
  expect(page).toMatch(/<code id="mailbox-user">webmaster@testdomain.de<\/code>/)
  expect(page).toMatch(/<code id="mailbox-password">[^<]{12,}<\/code>/)
  expect(page).toContain('Port 993, with TLS')
  expect(page).toContain('Port 465, with TLS')
  expect(await db().select().from(mailboxes)).toMatchObject([
    { local: 'webmaster', domain: 'testdomain.de' },
  ])
})

test('R-11: without mailboxes in its plan it comes without, and the page says so', async () => {
  await defaultName('webmaster')
  const none = await aPlan(db(), people.rita.account, 'None', { mailboxes: 0 })
  expect(await open(none.id)).toContain('Without the default mailbox')
  expect(await db().select().from(mailboxes)).toEqual([])
})

test('S-68: off, nothing is made and nothing is said', async () => {
  expect(await open(people.plan.id)).not.toMatch(/default mailbox|mailbox-user/i)
  expect(await db().select().from(mailboxes)).toEqual([])
})

test('S-31, S-32, R-12: a new subscription has both as the plan, on, or off for good', async () => {
  await open(people.plan.id, { virusScan: 'on', imap: 'off' })
  const [made] = await db()
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.domain, 'testdomain.de'))
  expect(made?.values).toMatchObject({ virusScan: true, imap: false, pop3: true })

  const rita = await web.as(people.rita)
  const chosen = async (noun: string) =>
    /value="(\w+)"[^>]* checked/.exec(await rita.read(`/subscriptions/${made!.id}/${noun}`))?.[1]
  expect([await chosen('virus-scan'), await chosen('imap')]).toEqual(['on', 'off'])
  await rita.post(`/subscriptions/${made!.id}/imap`, { state: 'plan' })
  expect(await chosen('imap')).toBe('plan')
  const [after] = await db().select().from(subscriptions).where(eq(subscriptions.id, made!.id))
  expect(after?.values).toMatchObject({ virusScan: true, imap: true })
})

// F-185: days of a reply are days where the customer is, also after he has moved
test('another time zone is told to the hosts of dated replies, and to no others', async () => {
  await cato.post(form(), fields())
  const dated = { reply: 'on', replyText: 'Until August', replyUntil: '2027-07-31' }
  await cato.post(form(), fields({ local: 'away', ...dated }))
  const other = await aSubscription(
    db(),
    people.cleo.account,
    people.host,
    people.plan,
    'other.test',
  )
  const generation = async (id: number) => (await reread(db(), { id }))!.generation
  const before = await generation(people.shop.id)
  await db().execute('delete from jobs')

  const save = (fields: Record<string, string>) => cato.post('/profile/preferences', fields)
  expect((await save({ timeZone: 'Europe/Berlin' })).status).toBe(303)
  expect(await generation(people.shop.id)).toBe(before + 1)
  expect(await db().select().from(jobs)).toMatchObject([{ subscriptionId: people.shop.id }])
  await save({ timeZone: 'Europe/Berlin', language: 'de' })
  expect(await generation(people.shop.id)).toBe(before + 1)
  expect(await generation(other.id)).toBe(1)
})
