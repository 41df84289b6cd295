import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { plans } from '../../src/plans/schema.ts'
import { contents } from '../../src/subscriptions/contents.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast, password, someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { loginCalled, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db, {
  sealingKey: randomBytes(32),
  jobs: {
    async finished() {
      await db().update(subscriptions).set({ appliedGeneration: sql`generation` })
      await db().delete(jobs)
      return true
    },
  },
})
let people: Cast
let rita: Visitor
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  rita = await web.as(people.rita)
})

const fields = (more: Record<string, string> = {}) => ({
  name: 'Carla Conti',
  email: 'carla@example.org',
  login: 'carla',
  password,
  repeat: password,
  ...more,
})
const cato = (part = '') => `/customers/${people.cato.account.id}${part}`
const row = async (id: number) => (await db().select().from(accounts).where(eq(accounts.id, id)))[0]

test('a customer with a subscription, from one form', async () => {
  // P-11, P-60, P-63, S-35, R-1
  const form = await rita.read('/customers/new')
  expect(form).toContain('name="description"')
  expect(form).toContain('Create subscription')
  expect(form).not.toContain('name="resellerPlan"')

  const answer = await rita.post(
    '/customers/new',
    fields({ domain: 'Shop.test', plan: String(people.ritasGold.id), description: 'pays late' }),
  )
  expect(answer.status).toBe(303)
  const shown = await rita.read(answer.headers.get('location')!)
  expect(shown).toContain('<code id="user">carla</code>')
  expect(shown).toContain(`<code id="password">${password}</code>`)
  expect(shown).toContain('Panel login and FTP access')

  const list = await rita.read('/customers')
  expect(list).toContain('Carla Conti')
  expect(list).toContain('pays late') // P-8
})

test('a customer alone, and one whose password is generated', async () => {
  const answer = await rita.post('/customers/new', fields())
  expect(answer.headers.get('location')).toMatch(/^\/customers\/\d+$/)

  const generated = await rita.post('/customers/new', {
    name: 'Cora',
    email: 'cora@example.org',
    login: 'cora@example.org',
  })
  const shown = await rita.read(generated.headers.get('location')!)
  expect(shown).toMatch(/<code id="password">[^<]{16,}</)
})

test('a form that is refused keeps what was typed, but no password', async () => {
  // M-26, M-27, F-7, F-12, F-58
  for (const [more, said] of [
    [{ repeat: 'different' }, 'differ'],
    [{ password: 'x', repeat: 'x' }, 'at least'],
    [{ login: 'root' }, 'reserved'],
    [{ login: 'cleo' }, 'already in use'],
    [{ email: 'a@b.com\r\nBcc: x@y.z' }, 'e-mail address'],
    [{ name: 'a\u202eb' }, 'can be seen'],
    [{ name: '' }, 'Required'],
    [{ domain: 'shop.test' }, 'Choose a plan'],
    [{ domain: 'shop', plan: String(people.ritasGold.id) }, 'whole domain name'],
    [{ providerId: '1' }, 'has no field'],
    [{ country: 'XX' }, 'from the list'],
  ] as const) {
    const answer = await rita.post('/customers/new', { ...fields(), ...(more as object) })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain(said)
    expect(page).not.toContain(password)
    expect(page).toContain('carla')
  }
  expect(await loginCalled(db(), 'carla')).toBeUndefined()
})

test('only admins are offered resellers, and only they make them', async () => {
  // R-8, F-114
  expect((await rita.post('/customers/new', fields({ kind: 'reseller' }))).status).toBe(403)
  const ada = await web.as(people.ada)
  expect(await ada.read('/customers/new')).toContain('name="resellerPlan"')
  const answer = await ada.post('/customers/new', fields({ kind: 'reseller' }))
  expect(answer.status).toBe(303)
  expect(await db().select().from(accounts).where(eq(accounts.name, 'Carla Conti'))).toMatchObject([
    { kind: 'reseller', providerId: people.ada.account.id },
  ])
})

test('each sees whom it may: the list', async () => {
  // P-2, M-4, F-110
  const ada = await (await web.as(people.ada)).read('/customers')
  for (const name of ['Ada', 'Rita', 'Rolf', 'Cato', 'Cleo']) expect(ada).toContain(`>${name}<`)
  const own = await rita.read('/customers')
  expect(own).toContain('>Cato<')
  expect(own).not.toContain('Cleo')
  expect((await (await web.as(people.cato)).get('/customers')).status).toBe(404)

  expect(await rita.read('/customers?q=zzz')).toContain('No customer matches')
  expect(await rita.read('/customers?q=%25')).toContain('No customer matches') // F-39
  expect(await rita.read('/customers?kind=reseller')).not.toContain('>Cato<')
  expect(await rita.read('/customers?status=suspended')).not.toContain('>Cato<')
  expect(await rita.read(`/customers?q=${people.cato.account.id}`)).toContain('>Cato<')
})

test('the list has pages', async () => {
  for (let n = 0; n < 60; n++) {
    const name = `many${String(n).padStart(2, '0')}`
    await someone(db(), 'customer', name, people.rita.account.id)
  }
  const first = await rita.read('/customers')
  const [, next] = /rel="next" href="([^"]+)"/.exec(first)!
  const second = await rita.read(next!.replaceAll('&amp;', '&'))
  expect(first).toContain('>Many05<')
  expect(second).not.toContain('>Many05<')
  expect(second).toContain('>Many59<')
})

test('the overview says what matters', async () => {
  // M-5 to M-14, P-61, P-62
  await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
  const texts = { description: 'secret note', additionalInformation: 'open hours' }
  await db()
    .update(accounts)
    .set({ ...texts, timeZone: 'Europe/Rome' })
    .where(eq(accounts.id, people.cato.account.id))
  const page = await rita.read(cato())
  for (const text of [
    'Customer ID',
    'Europe/Rome',
    'shop.test',
    ...Object.values(texts),
    '[edit]',
  ]) {
    expect(page).toContain(text)
  }
  const own = await (await web.as(people.cato)).read(cato())
  expect(own).toContain('open hours')
  expect(own).not.toContain('secret note')
  expect(own).not.toContain('Remove')
  expect((await (await web.as(people.cleo)).get(cato())).status).toBe(404)
})

test('contact data, by the provider and by oneself, but not over somebody else’s change', async () => {
  // P-4, F-73
  const wish = { name: 'Cato Maior', email: 'cato@example.net', version: '1' }
  const provided = { additionalInformation: 'hello', apiAccess: 'on' }
  expect((await rita.post(cato('/contact'), { ...wish, ...provided })).status).toBe(303)
  expect(await row(people.cato.account.id)).toMatchObject({
    name: 'Cato Maior',
    additionalInformation: 'hello',
    apiAccess: true,
    version: 2,
  })
  const late = await rita.post(cato('/contact'), { ...wish, name: 'Cato Uticensis' })
  expect(late.status).toBe(409)
  const both = await late.text()
  for (const text of ['Cato Maior', 'Cato Uticensis', 'Saved now', 'name="version" value="2"']) {
    expect(both).toContain(text)
  }
  expect(await row(people.cato.account.id)).toMatchObject({ name: 'Cato Maior' })

  // What only the provider writes stays.
  const himself = await web.as(people.cato)
  const own = { ...wish, name: 'Cato Minor', version: '2', additionalInformation: '' }
  expect((await himself.post(cato('/contact'), own)).status).toBe(303)
  expect(await row(people.cato.account.id)).toMatchObject({
    name: 'Cato Minor',
    additionalInformation: 'hello',
    apiAccess: true,
  })
  expect((await (await web.as(people.rolf)).post(cato('/contact'), wish)).status).toBe(404)
})

test('descriptions are the provider’s', async () => {
  // P-8 to P-12
  expect(await rita.read(cato())).toContain('[add description]')
  expect((await rita.post(cato('/description'), { description: 'pays late' })).status).toBe(303)
  const ada = await web.as(people.ada)
  expect((await ada.post(cato('/description'), { description: 'pays now' })).status).toBe(303)
  expect(await row(people.cato.account.id)).toMatchObject({ description: 'pays now' })

  const himself = await web.as(people.cato)
  expect((await himself.get(cato('/description'))).status).toBe(403)
  expect((await himself.post(cato('/description'), { description: 'x' })).status).toBe(403)
  const own = `/customers/${people.rita.account.id}/description`
  expect((await rita.post(own, { description: 'x' })).status).toBe(403)
  const big = await rita.post(cato('/description'), { description: 'é'.repeat(10_000) })
  expect(big.status).toBe(422) // F-71
  expect(await row(people.cato.account.id)).toMatchObject({ description: 'pays now' })
})

test('login data', async () => {
  // P-5, P-6
  expect(await rita.read(cato('/login'))).toContain('not notified')
  expect((await rita.post(cato('/login'), { login: 'cato2', also: 'on' })).status).toBe(303)
  expect(await loginCalled(db(), 'cato2')).toBeDefined()
  expect((await rita.post(cato('/login'), { login: 'cleo' })).status).toBe(422)
  const generated = await rita.post(cato('/login'), { login: 'cato2', generatePassword: 'on' })
  expect(await rita.read(generated.headers.get('location')!)).toMatch(/id="password">/)
  const himself = await web.as(people.cato)
  expect((await himself.get(cato('/login'))).status).toBe(403)
})

test('suspended: no login, and the list filter finds it', async () => {
  // P-13, P-16, P-17, P-20, P-65
  await rita.post(cato('/suspension'), { status: 'suspended', text: 'Unpaid' })
  expect(await rita.read('/customers?status=suspended')).toContain('>Cato<')
  expect(await rita.read(cato())).toContain('Unpaid')
  await rita.post(cato('/suspension'), { status: 'active' })
  expect(await row(people.cato.account.id)).toMatchObject({ suspended: false })

  // what was suspended on its own stays, and that is said.
  const own = await aSubscription(db(), people.cato.account, people.host, null, 'own.test')
  await rita.post(`/subscriptions/${own.id}/suspension`, { status: 'suspended' })
  await rita.post(cato('/suspension'), { status: 'suspended' })
  const activated = await rita.post(cato('/suspension'), { status: 'active' })
  const [notice] = activated.headers.getSetCookie()
  const page = await rita.get(cato(), { Cookie: `${rita.cookie}; ${notice!.split(';')[0]}` })
  expect(await page.text()).toContain('1 subscription stays suspended for a reason of its own')

  const ada = await web.as(people.ada)
  await ada.post(cato('/suspension'), { status: 'suspended', text: 'Abuse' })
  await rita.post(cato('/suspension'), { status: 'active' })
  expect(await rita.read(cato())).toContain('Only the administrator can lift this')
})

test('removal counts what goes and wants the name typed', async () => {
  // P-28, P-29, P-68
  await aSubscription(db(), people.cato.account, people.host, null, 'shop.test')
  const page = await rita.read(cato('/removal'))
  expect(page).toContain('1 subscription')
  expect(page).toContain('can be restored for 7 days')
  const remove = (fields: Record<string, string>) => rita.post(cato('/removal'), fields)
  const nothing = Object.fromEntries(contents.map(({ property }) => [property, '0']))
  const counted = { ...nothing, subscriptions: '1', domains: '1' }
  expect((await remove(counted)).status).toBe(422)
  const late = await remove({ ...nothing, name: 'Cato', subscriptions: '0' })
  expect(late.status).toBe(422)
  expect(await late.text()).toContain('name="subscriptions" value="1"')
  expect((await remove({ ...counted, name: 'Cato' })).status).toBe(303)
  expect(await row(people.cato.account.id)).toMatchObject({
    removing: false,
    trashedUntil: expect.any(Date),
  })

  const ada = await web.as(people.ada)
  const rolf = `/customers/${people.rolf.account.id}/removal`
  expect(await ada.read(rolf)).toContain('still has 1 customer')
  expect((await ada.post(rolf, { ...nothing, name: 'Rolf', subscriptions: '0' })).status).toBe(409)
})

test('what is written in names is shown as it was written', async () => {
  // F-23, F-68
  const name = `<script>alert(1)</script>{{7*7}}<%= 1 %>' "`
  await rita.post('/customers/new', fields({ name }))
  for (const page of ['/customers', '/']) {
    const text = await rita.read(page)
    expect(text).not.toContain('<script>alert')
    expect(text).toContain('{{7*7}}&lt;%= 1 %&gt;')
  }
})

test('an empty system leads to its first customer by itself', async () => {
  // S-2, S-7
  await db().update(plans).set({ notForResellers: true })
  const newcomer = await someone(db(), 'reseller', 'ron', people.ada.account.id)
  const ron = await web.as(newcomer)
  expect((await ron.get('/')).headers.get('location')).toBe('/start')
  expect(await ron.read('/start')).toContain('Create a plan first')
  expect(await ron.read('/customers/new')).toContain('Create a plan first')

  expect((await rita.get('/')).status).toBe(200)
  expect(await rita.read('/')).toContain('Newest customers')
  const himself = await web.as(people.cato)
  expect((await himself.get('/')).status).toBe(200)
  expect((await himself.get('/start')).status).toBe(404)
})

test('nobody without a session gets in', async () => {
  const stranger = web.stranger()
  for (const path of ['/', '/customers', cato(), '/subscriptions', '/start']) {
    expect((await stranger.get(path)).headers.get('location')).toContain('/login')
  }
  expect(await db().select().from(logins)).toHaveLength(5)
})

// P-30, P-33
test('a customer’s page names the plan of each subscription in brackets', async () => {
  const { account } = people.cato
  await aSubscription(db(), account, people.host, people.ritasGold, 'shop.test')
  await aSubscription(db(), account, people.host, null, 'blog.test')
  const shown = await rita.read(cato())
  expect(shown).toMatch(/>shop\.test<\/a> <span class="quiet">\(Gold\)</)
  expect(shown).toMatch(/>blog\.test<\/a> <span class="quiet">\(Custom\)</)
})
