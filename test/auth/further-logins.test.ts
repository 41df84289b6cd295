import { and, eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts, type Login, logins } from '../../src/accounts/schema.ts'
import type { Actor, LoginRole } from '../../src/audit/actor.ts'
import { type Area, mayChange } from '../../src/audit/roles.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { secondFactors, sessions } from '../../src/auth/schema.ts'
import type { TemplateName } from '../../src/messages/catalogue.ts'
import { messages } from '../../src/messages/schema.ts'
import { open } from '../../src/secrets/seal.ts'
import {
  aLogin,
  aMailServer,
  type Cast,
  cast,
  password,
  type Someone,
  someone,
} from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { sessionIn, type Visitor, webApp } from '../support/web.ts'

const key = Buffer.alloc(32, 7)
const db = ownDatabase()
const web = webApp(db, { sealingKey: key })
let people: Cast
let cato: Someone
let visit: Visitor
let number = 0
beforeAll(async () => {
  people = await cast(db())
  await aMailServer(db())
})
beforeEach(async () => {
  cato = await someone(db(), 'customer', `cato${++number}`, people.rita.account.id)
  visit = await web.as(cato)
})

const url = (below = '') => `/customers/${cato.account.id}/logins${below}`
const wish = (fields = {}) => ({
  login: `clerk${number}`,
  email: 'clerk@example.org',
  role: 'full',
  ...fields,
})
const called = async (name: string): Promise<Login | undefined> => {
  const [login] = await db().select().from(logins).where(eq(logins.name, name))
  return login
}
const mails = (template: TemplateName) =>
  db()
    .select()
    .from(messages)
    .where(and(eq(messages.accountId, cato.account.id), eq(messages.template, template)))

//
test.each<[LoginRole, Area[]]>([
  ['owner', ['mail', 'hosting', 'logins']],
  ['full', ['mail', 'hosting']],
  ['mail', ['mail']],
  ['read', []],
])('%s may change %s', (role, areas) => {
  const actor = { ...cato.actor, role } satisfies Actor
  const all: Area[] = ['mail', 'hosting', 'logins']

  expect(all.filter((area) => mayChange(actor, area))).toEqual(areas)
})

describe('a new login', () => {
  test.each(['its owner', 'its reseller'])(
    'is made by %s, who never sees its password',
    async (by) => {
      const maker = by === 'its owner' ? visit : await web.as(people.rita)
      const answer = await maker.post(url('/new'), wish())
      expect(answer.headers.get('Location')).toBe(url())

      const [mail] = await mails('welcome')
      expect(mail).toMatchObject({
        toAddress: 'clerk@example.org',
        words: { login: `clerk${number}` },
      })
      const { link } = JSON.parse(open(key, mail!.sealed!, mail!.key))
      const fresh = 'nine wet dogs on a hill'
      const path = new URL(link).pathname
      await web.stranger().post(path, { password: fresh, repeat: fresh })
      const entry = await web.stranger().post('/login', { name: `clerk${number}`, password: fresh })
      const clerk = web.with(sessionIn(entry))
      expect((await clerk.get('/subscriptions')).status).toBe(200)
      expect((await clerk.get(url())).status).toBe(403)
    },
  )

  test('with a password that was given must change it first', async () => {
    await visit.post(url('/new'), wish({ password: 'nine wet dogs on a hill' }))
    const fields = { name: `clerk${number}`, password: 'nine wet dogs on a hill' }
    const clerk = web.with(sessionIn(await web.stranger().post('/login', fields)))

    expect((await clerk.get('/')).headers.get('Location')).toBe('/profile')
    expect(await mails('welcome')).toEqual([])
  })

  test('has a name that nobody else has', async () => {
    const answer = await visit.post(url('/new'), wish({ login: 'rita' }))

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This user name is already in use.')
  })

  test.each([{ role: 'owner' }, { role: 'admin' }, { accountId: '1' }, { email: '' }])(
    'refuses %o',
    async (fields) => {
      expect((await visit.post(url('/new'), wish(fields))).status).toBe(422)
      expect(await called(`clerk${number}`)).toBeUndefined()
    },
  )
})

test('another role ends its sessions and is in the audit', async () => {
  const clerk = await aLogin(db(), cato, `clerk${number}`, 'full')
  const session = await web.as(clerk)
  expect((await session.get('/')).status).toBe(200)
  await visit.post(url(`/${clerk.login.id}`), { role: 'read', email: 'clerk@example.org' })

  expect((await session.get('/')).status).toBe(303)
  const [row] = await db()
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.objectId, clerk.login.id), eq(auditEntries.action, 'login.changed')))
  expect(row!.changes).toMatchObject({ role: { from: 'full', to: 'read' } })
})

describe('removing one', () => {
  let clerk: Someone
  beforeEach(async () => {
    clerk = await aLogin(db(), cato, `clerk${number}`, 'mail')
  })
  const removal = () => url(`/${clerk.login.id}/removal`)

  test('first says who it is, what it could do and which sessions end', async () => {
    await web.as(clerk)
    await web.as(clerk)
    const page = await visit.read(removal())

    expect(page).toContain(`Remove clerk${number}`)
    expect(page).toContain('Mail only: Sees and changes mailboxes and mailing lists, nothing else.')
    expect(page.match(/<li>used [^<]+, from –<\/li>/g)).toHaveLength(2)
    expect(await visit.read(url(`/${clerk.login.id}`))).toContain(`href="${removal()}"`)
  })

  // F-84
  test('takes a yes', async () => {
    const answer = await visit.post(removal())

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Check this box to remove it.')
    expect(await called(`clerk${number}`)).toBeDefined()
  })

  test('ends it', async () => {
    const session = await web.as(clerk)
    const answer = await visit.post(removal(), { yes: 'on' })

    expect(answer.headers.get('Location')).toBe(url())
    expect((await session.get('/')).status).toBe(303)
    expect(await called(`clerk${number}`)).toBeUndefined()
  })
})

test('another e-mail address is told to the one that was', async () => {
  const clerk = await aLogin(db(), cato, `clerk${number}`, 'full')
  await db().update(logins).set({ email: 'old@x.example' }).where(eq(logins.id, clerk.login.id))
  await visit.post(url(`/${clerk.login.id}`), { role: 'full', email: 'new@x.example' })

  expect(await mails('emailChanged')).toMatchObject([
    { toAddress: 'old@x.example', words: { login: `clerk${number}`, email: 'new@x.example' } },
  ])
})

test('the owner stays the owner', async () => {
  const rita = await web.as(people.rita)

  for (const by of [visit, rita]) {
    const removal = await by.post(url(`/${cato.login.id}/removal`))
    const change = await by.post(url(`/${cato.login.id}`), { role: 'read', email: 'a@b.example' })
    expect([removal.status, change.status]).toEqual([404, 403])
  }
  expect(await called(cato.login.name)).toMatchObject({ role: 'owner' })
})

// P-13
test('suspending the account blocks all of them, and they stay out when it is lifted', async () => {
  const roles = ['full', 'mail', 'read'] as const
  const all = await Promise.all(
    roles.map((role) => aLogin(db(), cato, `${role}${number}`, role).then((who) => web.as(who))),
  )
  const suspend = (suspended: boolean) =>
    db().update(accounts).set({ suspended }).where(eq(accounts.id, cato.account.id))
  await suspend(true)
  const statuses = await Promise.all(
    [visit, ...all].map(async ({ get }) => (await get('/')).status),
  )
  expect(statuses).toEqual([303, 303, 303, 303])
  const entry = await web.stranger().post('/login', { name: `full${number}`, password })
  expect(entry.status).toBe(422)

  // F-92
  await suspend(false)
  expect((await visit.get('/')).status).toBe(303)
  expect(await db().$count(sessions, eq(sessions.loginId, cato.login.id))).toBe(0)
})

describe('the second factor of somebody who lost the phone', () => {
  beforeEach(async () => {
    const sealed = Buffer.alloc(60)
    await db()
      .insert(secondFactors)
      .values({ loginId: cato.login.id, sealed, confirmedAt: new Date() })
  })
  const there = () => db().$count(secondFactors, eq(secondFactors.loginId, cato.login.id))

  test('is reset by the provider, which ends the sessions and is told by mail', async () => {
    const rita = await web.as(people.rita)
    expect(await rita.read(url())).toContain(`Reset the second factor of ${cato.login.name}`)
    await rita.post(url(`/${cato.login.id}/second-factor`))

    expect(await there()).toBe(0)
    expect((await visit.get('/')).status).toBe(303)
    expect(await mails('secondFactorReset')).toHaveLength(1)
  })

  test('but not by oneself, nor by another reseller', async () => {
    const rolf = await web.as(people.rolf)

    expect((await visit.post(url(`/${cato.login.id}/second-factor`))).status).toBe(403)
    expect((await rolf.post(url(`/${cato.login.id}/second-factor`))).status).toBe(404)
    expect(await there()).toBe(1)
  })
})

test('a login of another account is not there', async () => {
  const other = await aLogin(db(), people.cleo, `other${number}`, 'full')

  for (const below of ['', '/link', '/second-factor', '/removal']) {
    const answer = await visit.post(url(`/${other.login.id}${below}`), {
      ...(below ? {} : { role: 'read', email: 'a@b.example' }),
    })
    expect(answer.status, below).toBe(404)
  }
})
