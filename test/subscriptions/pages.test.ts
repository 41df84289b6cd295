import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { overrides, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, reread } from '../support/cast.ts'
import { emptied, ownDatabase, whileReading } from '../support/database.ts'
import { partial, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
let quick = true
/** A host that has done everything at once, or nothing yet. */
const web = webApp(db, {
  sealingKey: randomBytes(32),
  jobs: {
    async finished() {
      if (!quick) return false
      await db().update(subscriptions).set({ appliedGeneration: sql`generation` })
      await db().delete(jobs)
      return true
    },
  },
})
let people: Cast
let shop: Subscription
let rita: Visitor
beforeEach(async () => {
  await emptied(db())
  quick = true
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
  rita = await web.as(people.rita)
})

const create = (more: Record<string, string> = {}) =>
  rita.post('/subscriptions/new', {
    account: String(people.cato.account.id),
    domain: 'blog.test',
    plan: String(people.ritasGold.id),
    host: '',
    ...more,
  })
const one = () => `/subscriptions/${shop.id}`

test('from the form to the credentials, which are shown once', async () => {
  // S-30, S-33 to S-37, F-52
  const form = await rita.read(`/subscriptions/new?account=${people.cato.account.id}`)
  expect(form).toContain('Gold')

  const answer = await create({ domain: 'http://www.Blog.test/' })
  expect(answer.status).toBe(303)
  const to = answer.headers.get('location')!
  expect(to).toMatch(/^\/subscriptions\/\d+\/credentials$/)

  const cato = await web.as(people.cato)
  for (const [who, init] of [
    [rita, { method: 'HEAD' }],
    [rita, { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
    [cato, {}],
  ] as const) {
    const page = await (await who.ask(to, init)).text()
    expect(page).not.toMatch(/id="password">/)
  }
  const first = await rita.get(to)
  expect(first.headers.get('cache-control')).toContain('no-store')
  const shown = await first.text()
  expect(shown).toContain('Copy and store safely')
  expect(shown).toMatch(/<code id="user">blog<\/code>/)
  const [, secret] = /<code id="password">([^<]+)</.exec(shown)!
  expect(secret!.length).toBeGreaterThan(15)

  const again = await rita.read(to)
  expect(again).toContain('was shown already')
  expect(again).not.toContain(secret!)
})

test('the credentials come with how to connect, and what the domain still needs', async () => {
  // S-34
  const facts = { ...people.host.facts!, provides: ['php8.2', 'ftp'] }
  await db().update(hosts).set({ kind: 'ssh', address: '192.0.2.7', port: 2222, facts })
  const shown = await rita.read((await create()).headers.get('location')!)
  expect(shown).toContain('FTP with TLS (explicit), port 21')
  expect(shown).toContain('<code>192.0.2.7</code>')
  expect(shown).toMatch(/href="\/domains\/\d+#dns">DNS records to set</)
  expect(shown).not.toContain('<code>ssh ')
  const page = await rita.read(one())
  expect(page).toContain('FTP with TLS (explicit), port 21')
  await db()
    .update(subscriptions)
    .set({ values: { ...shop.values, shell: 'bash' } })
  expect(await rita.read(one())).toMatch(
    new RegExp(`<code>ssh -p 2222 *${shop.systemUser}@192.0.2.7</code>`),
  )
})

test('while the host is busy a page follows the job, with and without JavaScript', async () => {
  // S-36
  quick = false
  const to = (await create()).headers.get('location')!
  const waiting = await rita.read(to)
  expect(waiting).toContain('Provisioning')
  expect(waiting).toContain('<noscript><meta http-equiv="refresh"')
  expect(waiting).not.toContain('id="password"')

  const part = to.replace('credentials', 'progress?then=credentials')
  expect(await (await rita.get(part, partial)).text()).toContain('data-hx-trigger')

  await db().update(jobs).set({ state: 'parked', reason: 'A user named blog is there already' })
  const parked = await rita.read(to)
  expect(parked).toContain('A user named blog is there already')
  expect(parked).toContain('start it again')
  expect(parked).not.toContain('http-equiv="refresh"')

  await db().delete(jobs)
  await db().update(subscriptions).set({ appliedGeneration: sql`generation` })
  expect((await rita.get(part, partial)).headers.get('hx-redirect')).toBe(to)
  expect(await rita.read(to)).toMatch(/id="password">/)
})

test.each(['', '/credentials', '/sync'])(
  'a job that ends while %j is drawn is followed to its end',
  async (part) => {
    quick = false
    const [to] = (await create()).headers.get('location')!.split('/credentials')

    const between = await whileReading(
      db(),
      'jobs',
      () => rita.read(`${to}${part}`),
      async (tx) => {
        await db().update(subscriptions).set({ appliedGeneration: sql`generation` })
        await tx.delete(jobs)
      },
    )
    expect(between).toContain('http-equiv="refresh"')
    expect(between).not.toContain('its job was cancelled')
  },
)

test('what is wrong is said at its field, and nothing is written', async () => {
  // F-13, F-27, F-83
  for (const [fields, said] of [
    [{ domain: '127.0.0.1' }, 'IP address'],
    [{ domain: '' }, 'Required'],
    [{ plan: '' }, 'Choose a plan'],
    [{ plan: '999999' }, 'Choose one of the plans on offer'],
    [{ domain: 'shop.test' }, 'already in use'],
    [{ owner_id: '1' }, 'has no field'],
  ] as const) {
    const answer = await create(fields as never)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(said)
  }
  expect(await db().select().from(subscriptions)).toHaveLength(1)
  expect(await db().select().from(jobs)).toHaveLength(0)
})

test('without a plan the form says what comes first', async () => {
  // S-7
  const { rolf } = people
  await db().execute(sql`update plans set hidden = true where owner_id = ${rolf.account.id}`)
  const page = await (await web.as(rolf)).read('/subscriptions/new')
  expect(page).toContain('Create a plan first')
})

test('the list shows plan, user and both axes of state', async () => {
  // P-30, P-33, P-39, P-43, S-43
  await aSubscription(db(), people.cato.account, people.host, null, 'xn--bcher-kva.example', {
    systemUser: 'bucher',
    unsynced: true,
    suspended: true,
  })
  const list = await rita.read('/subscriptions')
  for (const text of ['(Gold)', '(Custom)', 'Unsynced', 'Synced', 'Suspended', 'Active', 'User']) {
    expect(list).toContain(text)
  }
  expect(list).toContain('bücher.example (xn--bcher-kva.example)') // F-1
  expect(await rita.read('/subscriptions?q=b%C3%BCcher')).toContain('bucher')
  expect(await rita.read('/subscriptions?status=active')).not.toContain('bucher')
  expect(await rita.read('/subscriptions?sync=unsynced')).not.toContain('shop.test')
  expect(await rita.read('/subscriptions?sort=%22x%22&after=zzz&q=%25')).toContain(
    'No subscription matches',
  ) // F-39
})

test('customers see their own, strangers nothing', async () => {
  // F-110
  const cato = await web.as(people.cato)
  expect(await cato.read('/subscriptions')).toContain('shop.test')
  expect((await cato.get(one())).status).toBe(200)
  for (const who of [people.rolf, people.cleo]) {
    const visitor = await web.as(who)
    expect(await visitor.read('/subscriptions')).not.toContain('shop.test')
    for (const part of ['', '/credentials', '/progress', '/shell', '/password', '/plan']) {
      expect((await visitor.get(one() + part)).status).toBe(404)
    }
    for (const part of ['/suspension', '/removal', '/shell', '/plan', '/password']) {
      expect((await visitor.post(one() + part, { shell: 'bash' })).status).toBe(404)
    }
  }
  for (const part of ['/plan', '/removal', '/shell']) {
    expect((await cato.get(one() + part)).status).toBe(403)
  }
  expect(await reread(db(), shop)).toMatchObject({ generation: 1 })
})

test('off, limited and bash are shells, others are refused', async () => {
  // S-44 to S-49
  const page = await rita.read(`${one()}/shell`)
  for (const value of ['off', 'limited', 'bash']) expect(page).toContain(`value="${value}"`)
  for (const shell of ['zsh', '/bin/ash', '', '/bin/bash']) {
    expect((await rita.post(`${one()}/shell`, { shell })).status).toBe(422)
  }
  expect((await rita.post(`${one()}/shell`, { shell: 'bash' })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ values: { shell: 'bash' } })
  expect(await db().select().from(overrides)).toHaveLength(1)
})

test('a new password is typed twice or generated', async () => {
  // S-41
  const wanted = 'blue whale under 4 moons'
  const post = (fields: Record<string, string>) => rita.post(`${one()}/password`, fields)
  expect(await (await post({ password: wanted, repeat: 'other' })).text()).toContain('differ')
  expect((await post({})).status).toBe(422)
  expect((await post({ password: wanted, repeat: wanted })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ generation: 2 })

  const to = (await post({ generatePassword: 'on', also: 'on' })).headers.get('location')!
  expect(await rita.read(to)).toMatch(/<code id="password">/)
})

test('another plan, and none', async () => {
  // S-38, P-36
  const big = await aPlan(db(), people.rita.account, 'Big', { disk: 7 })
  expect((await rita.post(`${one()}/plan`, { plan: String(big.id) })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ planId: big.id, values: { disk: 7 } })
  expect((await rita.post(`${one()}/plan`, { plan: '' })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ planId: null })
})

test('suspended and activated, with the reason for the customer', async () => {
  // P-45, R-4
  const suspend = { status: 'suspended', text: 'Spam <b>' }
  expect((await rita.post(`${one()}/suspension`, suspend)).status).toBe(303)
  const cato = await web.as(people.cato)
  const page = await cato.read(one())
  expect(page).toContain('Spam &lt;b&gt;')
  expect(page).toContain('Only the provider can lift this')

  expect((await rita.post(`${one()}/suspension`, { status: 'active' })).status).toBe(303)
  expect(await reread(db(), shop)).toMatchObject({ suspended: false, generation: 3 })
  expect((await rita.post(`${one()}/suspension`, { status: 'deleted' })).status).toBe(422)
})

test('removed after a yes', async () => {
  // S-39, F-84
  expect((await rita.post(`${one()}/removal`)).status).toBe(422)
  expect(await reread(db(), shop)).toMatchObject({ removing: false })
  const answer = await rita.post(`${one()}/removal`, { yes: 'on' })
  expect(answer.headers.get('location')).toBe('/subscriptions')
  expect(await reread(db(), shop)).toMatchObject({ trashedUntil: expect.any(Date) })
  await rita.post(`${one()}/removal`, { yes: 'on' }) // for good
  expect(await reread(db(), shop)).toMatchObject({ removing: true, trashedUntil: null })
  expect((await rita.post(`${one()}/removal`, { yes: 'on' })).status).toBe(409)
})

test('a suspended customer’s session is over', async () => {
  // P-13, F-92
  const cato = await web.as(people.cato)
  await rita.post(`/customers/${people.cato.account.id}/suspension`, { status: 'suspended' })
  expect((await cato.get('/')).headers.get('location')).toContain('/login')
  expect(
    await db().select().from(accounts).where(eq(accounts.id, people.cato.account.id)),
  ).toMatchObject([{ suspended: true }])
})
