import { and, eq, sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { answerRequest } from '../../src/auth/forgotten.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { attempts, passwordLinks, passwordRequests } from '../../src/auth/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { messages } from '../../src/messages/schema.ts'
import { open } from '../../src/secrets/seal.ts'
import { settings } from '../../src/settings/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import {
  aMailServer,
  aSubscription,
  type Cast,
  cast,
  password,
  type Someone,
  someone,
} from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { encoded, origin, webApp } from '../support/web.ts'

const key = Buffer.alloc(32, 7)
const db = ownDatabase()
const web = webApp(db, { sealingKey: key })
const fresh = 'nine wet dogs on a hill'
let people: Cast
let cato: Someone
let number = 0
beforeAll(async () => {
  people = await cast(db())
  await say('baseAddress', 'https://panel.example/')
  await aMailServer(db())
})
beforeEach(async () => {
  cato = await someone(db(), 'customer', `cato${++number}`, people.rita.account.id)
})

const say = (name: string, value: unknown) => db().insert(settings).values({ name, value })

let hosts = 0
function ask(fields: Record<string, string>, address = `198.51.100.${++hosts}`) {
  const stranger = web.stranger()
  const body = encoded({ _csrf: stranger.token, ...fields })
  const init = { method: 'POST', body, headers: { Origin: origin } }
  return stranger.ask('/password/forgot', init, address)
}

/** What the runner does. */
async function answerAll() {
  for (const { id } of await db().select({ id: passwordRequests.id }).from(passwordRequests)) {
    await answerRequest(db(), key, id)
  }
}

const mails = (who: Someone, template = 'resetLink') =>
  db()
    .select()
    .from(messages)
    .where(and(eq(messages.accountId, who.account.id), eq(messages.template, template)))
    .orderBy(messages.id)

/** The links mailed to somebody, oldest first. */
async function links(who = cato): Promise<string[]> {
  return (await mails(who)).map(({ sealed, key: context }) => {
    const { link } = JSON.parse(open(key, sealed!, context))
    return new URL(link).pathname
  })
}

async function linkFor(who = cato): Promise<string> {
  await ask({ login: who.login.name })
  await answerAll()
  return (await links(who)).at(-1)!
}

const choose = (path: string, secret = fresh) =>
  web.stranger().post(path, { password: secret, repeat: secret })

const hash = async ({ login }: Someone) => {
  const [row] = await db().select().from(logins).where(eq(logins.id, login.id))
  return row!.passwordHash
}

// R-6, P-7
describe('asking', () => {
  test.each([
    ['the user name', () => ({ login: cato.login.name.toUpperCase() }), 1],
    ['the e-mail address', () => ({ email: cato.account.email.toUpperCase() }), 1],
    ['both', () => ({ login: cato.login.name, email: cato.account.email }), 1],
    [
      'both, which do not belong together',
      () => ({ login: cato.login.name, email: 'x@y.test' }),
      0,
    ],
  ])('with %s', async (_, fields, count) => {
    await ask(fields())
    await answerAll()

    expect(await links()).toHaveLength(count)
  })

  test('with an address that has several logins: mail for each', async () => {
    const other = await someone(db(), 'customer', `other${number}`, people.rita.account.id)
    await db()
      .update(logins)
      .set({ email: cato.account.email })
      .where(eq(logins.id, other.login.id))
    await ask({ email: cato.account.email })
    await answerAll()

    expect([...(await mails(cato)), ...(await mails(other))]).toMatchObject([
      { toAddress: cato.account.email, words: { login: cato.login.name } },
      { toAddress: cato.account.email, words: { login: other.login.name } },
    ])
  })

  // F-100: by construction. What is written while somebody waits does not depend on who there is.
  test('answers alike and does the same work whether or not there is such an account', async () => {
    const before = await counts()
    const known = await ask({ login: cato.login.name })
    const between = await counts()
    const unknown = await ask({ login: 'nobody-at-all' })
    const after = await counts()

    expect(unknown.status).toBe(known.status)
    expect(unknown.headers.get('Location')).toBe(known.headers.get('Location'))
    const head = ({ headers }: Response) => [...headers.keys()].filter((name) => name !== 'date')
    expect(head(unknown)).toEqual(head(known))
    expect(between.map((n, i) => n - before[i]!)).toEqual([1, 1, 0])
    expect(after.map((n, i) => n - between[i]!)).toEqual([1, 1, 0])
  })

  test('a hundred times: one page, few mails, and the owner gets in', async () => {
    const answers: number[] = []
    for (let n = 0; n < 100; n++) {
      answers.push((await ask({ login: cato.login.name }, '203.0.113.7')).status)
    }
    await answerAll()

    expect(new Set(answers)).toEqual(new Set([303]))
    expect(await links()).toHaveLength(3)
    const stranger = web.stranger()
    const entry = await stranger.post('/login', { name: cato.login.name, password })
    expect(entry.headers.get('Location')).toBe('/')
  })

  test('a suspended account gets none', async () => {
    await db().update(accounts).set({ suspended: true }).where(eq(accounts.id, cato.account.id))
    await ask({ login: cato.login.name })
    await answerAll()

    expect(await links()).toEqual([])
  })

  test('an answered request is gone, and a job run twice mails once', async () => {
    await ask({ login: cato.login.name })
    const [request] = await db().select().from(passwordRequests)
    await Promise.all([
      answerRequest(db(), key, request!.id),
      answerRequest(db(), key, request!.id),
    ])

    expect(await links()).toHaveLength(1)
    expect(await db().select().from(passwordRequests)).toEqual([])
  })

  test('a Host header of somebody else’s leads no link astray', async () => {
    await db().delete(settings).where(eq(settings.name, 'baseAddress'))
    const before = await counts()
    const answer = await ask({ login: cato.login.name })
    const after = await counts()
    await say('baseAddress', 'https://panel.example/')

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This panel cannot send mail yet.')
    expect(after).toEqual(before)
  })

  test('needs one of the two', async () => {
    expect((await ask({})).status).toBe(422)
  })

  async function counts() {
    const rows = await Promise.all([
      db().$count(passwordRequests),
      db().$count(jobs, eq(jobs.kind, 'auth.forgotten')),
      db().$count(messages),
    ])
    return rows
  }
})

// F-102
describe('the link', () => {
  test('sets the password, ends all sessions, and tells by mail', async () => {
    const session = await web.as(cato)
    const link = await linkFor()
    const answer = await choose(link)

    expect(answer.headers.get('Location')).toBe('/login')
    expect(await verifyPassword(await hash(cato), fresh)).toBe(true)
    expect((await session.get('/profile')).status).toBe(303)
    expect(await mails(cato, 'passwordChanged')).toHaveLength(1)
  })

  test('works once, also when it comes twice at once', async () => {
    const link = await linkFor()
    const answers = await Promise.all([choose(link), choose(link, 'ten wet dogs on a hill')])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 404])

    expect((await choose(link)).status).toBe(404)
  })

  test('opened by a mail scanner, as often as it likes, it still works', async () => {
    const link = await linkFor()
    for (let n = 0; n < 3; n++) expect((await web.stranger().get(link)).status).toBe(200)
    await web.stranger().ask(link, { method: 'HEAD' })

    expect((await choose(link)).status).toBe(303)
  })

  test('is dead after an hour', async () => {
    const link = await linkFor()
    const [row] = await db()
      .select({ minutes: sql<number>`round(extract(epoch from expires_at - now()) / 60)::integer` })
      .from(passwordLinks)
      .where(eq(passwordLinks.loginId, cato.login.id))
    expect(row!.minutes).toBe(60)

    await db().update(passwordLinks).set({ expiresAt: sql`now()` })
    expect((await web.stranger().get(link)).status).toBe(404)
    expect((await choose(link)).status).toBe(404)
  })

  test('is dead when the e-mail address changed', async () => {
    const link = await linkFor()
    await db()
      .update(accounts)
      .set({ email: 'new@example.org' })
      .where(eq(accounts.id, cato.account.id))

    expect((await choose(link)).status).toBe(404)
    expect(await hash(cato)).toBe(cato.login.passwordHash)
  })

  test('of two, one is used and the other is dead', async () => {
    const [first, second] = [await linkFor(), await linkFor()]
    expect(first).not.toBe(second)

    expect((await choose(first)).status).toBe(303)
    expect((await choose(second)).status).toBe(404)
  })

  test('with one bit changed is no link', async () => {
    const link = await linkFor()
    const last = link.at(-1) === 'A' ? 'E' : 'A'

    expect((await choose(link.slice(0, -1) + last)).status).toBe(404)
    expect((await choose(`${link}x`)).status).toBe(404)
  })

  test('is stored as a hash, and sealed in the outbox', async () => {
    const token = (await linkFor()).split('/').at(-1)!
    const stored = JSON.stringify([
      await db().select().from(passwordLinks),
      await db().select().from(messages),
      await db().select().from(jobs),
    ])

    expect(stored).not.toContain(token)
  })

  test('is not passed on: no referrer to others, nothing kept', async () => {
    const { headers } = await web.stranger().get(await linkFor())

    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('Cache-Control')).toBe('private, no-store')
  })

  test('is not guessed: an address that tries gets no more tries', async () => {
    await db().delete(attempts)
    const answers: number[] = []
    for (let n = 0; n < 12; n++) answers.push((await choose(`/password/reset/guess${n}`)).status)

    expect(answers.at(0)).toBe(404)
    expect(answers.at(-1)).toBe(429)
    await db().delete(attempts)
  })

  test('refuses a weak password with the reason, and is not used up by it', async () => {
    const link = await linkFor()
    const answer = await choose(link, 'short')
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Use at least 12 characters.')

    expect((await choose(link)).status).toBe(303)
  })

  //
  test('takes FTP and SSH along where the box is ticked', async () => {
    const shop = await aSubscription(
      db(),
      cato.account,
      people.host,
      people.ritasGold,
      `shop${number}.test`,
    )
    const link = await linkFor()
    expect(await web.stranger().read(link)).toContain('Also for FTP and SSH')
    await web.stranger().post(link, { password: fresh, repeat: fresh, also: 'on' })
    const [after] = await db().select().from(subscriptions).where(eq(subscriptions.id, shop.id))

    expect(after!.passwordHash).not.toBe(shop.passwordHash)
    expect(after!.generation).toBe(shop.generation + 1)
  })
})

// R-7, M-42
describe('by the provider', () => {
  test('mails a link: the old password works until it is used', async () => {
    const rita = await web.as(people.rita)
    const answer = await rita.post(`/customers/${cato.account.id}/password`, { way: 'link' })

    expect(answer.status).toBe(303)
    expect(await hash(cato)).toBe(cato.login.passwordHash)
    expect((await choose((await links())[0]!)).status).toBe(303)
  })

  test('mails a new password, which must be changed before anything else', async () => {
    const rita = await web.as(people.rita)
    const session = await web.as(cato)
    await rita.post(`/customers/${cato.account.id}/password`, { way: 'password' })
    const [mail] = await mails(cato, 'newPassword')
    const { password: mailed } = JSON.parse(open(key, mail!.sealed!, mail!.key))
    expect(mailed).toMatch(/^[\w-]{23}$/)
    expect(await verifyPassword(await hash(cato), mailed)).toBe(true)
    expect((await session.get('/profile')).status).toBe(303)

    const again = await web.as(cato)
    for (const path of ['/', '/subscriptions', `/customers/${cato.account.id}`]) {
      expect((await again.get(path)).headers.get('Location'), path).toBe('/profile')
    }
    const change = { current: mailed, password: fresh, repeat: fresh }
    expect((await again.post('/profile/password', change)).status).toBe(303)
    expect((await (await web.as(cato)).get('/subscriptions')).status).toBe(200)
  })

  test('also for FTP and SSH', async () => {
    const shop = await aSubscription(
      db(),
      cato.account,
      people.host,
      people.ritasGold,
      `shop${number}.test`,
    )
    const rita = await web.as(people.rita)
    await rita.post(`/customers/${cato.account.id}/password`, { way: 'password', also: 'on' })
    const [after] = await db().select().from(subscriptions).where(eq(subscriptions.id, shop.id))

    expect(after!.passwordHash).not.toBe(shop.passwordHash)
  })

  // F-119
  test('not by who works as the provider', async () => {
    const ada = await web.as(people.ada)
    const entered = await ada.post(`/customers/${people.rita.account.id}/impersonation`)
    const cookie = /session=([a-z0-9]+)/.exec(entered.headers.getSetCookie().join())![1]!
    const asRita = web.with(cookie)

    for (const way of ['link', 'password']) {
      const answer = await asRita.post(`/customers/${cato.account.id}/password`, { way })
      expect(answer.status, way).toBe(403)
    }
  })

  // P-6
  test('is told by mail of changed login data where the box is ticked', async () => {
    const rita = await web.as(people.rita)
    const page = `/customers/${cato.account.id}/login`
    await rita.post(page, { login: `cato-${number}` })
    expect(await mails(cato, 'loginChanged')).toEqual([])

    await rita.post(page, { login: `cat-${number}`, password: fresh, repeat: fresh, notify: 'on' })
    expect(await mails(cato, 'loginChanged')).toMatchObject([
      { words: { login: `cat-${number}`, formerLogin: `cato-${number}` } },
    ])
    expect(await mails(cato, 'passwordChanged')).toHaveLength(1)
  })
})

// M-40
test('without a mail server nobody is left waiting for mail', async () => {
  const smtp = await db().delete(settings).where(eq(settings.name, 'smtp')).returning()
  const rita = await web.as(people.rita)
  const statuses: number[] = []
  for (const way of ['link', 'password']) {
    statuses.push((await rita.post(`/customers/${cato.account.id}/password`, { way })).status)
  }
  const fields = { name: 'C', email: 'c@example.org', login: `c${number}`, welcome: 'on' }
  statuses.push((await rita.post('/customers/new', fields)).status)
  const forgotten = await ask({ login: cato.login.name })
  await db().insert(settings).values(smtp)

  expect(statuses).toEqual([409, 409, 422])
  expect(forgotten.status).toBe(422)
  expect(await hash(cato)).toBe(cato.login.passwordHash)
})

// M-31
test('a welcome mail has a link to choose the first password, and no password is shown', async () => {
  const rita = await web.as(people.rita)
  const answer = await rita.post('/customers/new', {
    name: 'Carl',
    email: 'carl@example.org',
    login: `carl${number}`,
    welcome: 'on',
  })
  const id = Number(/\/customers\/(\d+)$/.exec(answer.headers.get('Location')!)![1])
  const [mail] = await db().select().from(messages).where(eq(messages.accountId, id))
  expect(mail).toMatchObject({ template: 'welcome', words: { login: `carl${number}`, hours: 168 } })

  const { link } = JSON.parse(open(key, mail!.sealed!, mail!.key))
  expect(link).toMatch(/^https:\/\/panel\.example\/password\/reset\/[\w-]{43}$/)
  expect((await choose(new URL(link).pathname)).status).toBe(303)
  const entry = await web.stranger().post('/login', { name: `carl${number}`, password: fresh })
  expect(entry.headers.get('Location')).toBe('/')
})
