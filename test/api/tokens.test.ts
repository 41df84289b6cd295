import { eq, sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describe as describeAccount } from '../../src/accounts/description.ts'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { removeFurtherLogin } from '../../src/auth/further-logins.ts'
import { apiTokens } from '../../src/auth/schema.ts'
import { resellers } from '../../src/plans/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { activateAccount, suspendAccount } from '../../src/subscriptions/suspension.ts'
import { aLogin, aSubscription, type Cast, cast, password, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { sessionIn, type Visitor, webApp } from '../support/web.ts'
import { program, tokenOf } from './client.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  await db().delete(apiTokens)
  await db().update(accounts).set({ apiAccess: true, suspended: false })
  rita = await web.as(people.rita)
})

const by = (token: string | null) => program(web.app(), token)
const wish = { name: 'billing', scope: 'write', days: '90', current: password }

async function made(visitor: Visitor, fields: Record<string, string> = wish) {
  const answer = await visitor.post('/profile/tokens', fields)
  const page = await visitor.read(answer.headers.get('Location')!)
  return { at: answer.headers.get('Location')!, token: /ink_[\w-]{43}/.exec(page)![0] }
}

describe('a token', () => {
  // F-52, F-187
  test('is shown once, and only its hash is kept', async () => {
    const { at, token } = await made(rita)
    const [row] = await db().select().from(apiTokens)

    expect(await rita.read(at)).toContain('was shown already')
    expect(row).toMatchObject({ name: 'billing', scope: 'write' })
    expect(JSON.stringify(row)).not.toContain(token.slice(4))
    expect((await by(token).get(`/customers/${people.rita.account.id}`)).status).toBe(200)
  })

  test('takes the password of who makes it', async () => {
    const answer = await rita.post('/profile/tokens', { ...wish, current: 'wrong' })

    expect(answer.status).toBe(422)
    expect(await db().$count(apiTokens)).toBe(0)
  })

  test('is listed with its last use, ended, and dead at once', async () => {
    const { at, token } = await made(rita)
    expect(await rita.read('/profile/tokens')).toContain('Never')
    await by(token).get('/plans')
    expect(await rita.read('/profile/tokens')).toContain('192.0.2.1')
    await rita.post(`${at}/removal`)

    expect((await by(token).get('/plans')).status).toBe(401)
    const actions = await db()
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(eq(auditEntries.objectKind, 'token'))
      .orderBy(auditEntries.id)
    expect(actions.map(({ action }) => action).slice(-2)).toEqual(['token.made', 'token.ended'])
  })

  test('of somebody else is not to be ended, nor shown', async () => {
    const answer = await rita.post('/profile/tokens', wish)
    const at = answer.headers.get('Location')!
    const rolf = await web.as(people.rolf)
    await rolf.post(`${at}/removal`)

    expect(await rolf.read(at)).toContain('was shown already')
    expect(await db().$count(apiTokens)).toBe(1)
    expect(await rita.read(at)).toMatch(/ink_[\w-]{43}/)
  })

  test('made twice at once by one form is one', async () => {
    const forms = [1, 2, 3].map(() => rita.post('/profile/tokens', { ...wish, _once: 'same' }))
    await Promise.all(forms)

    expect(await db().$count(apiTokens)).toBe(1)
  })

  // F-119
  test('cannot be seen or made while somebody works in the account', async () => {
    const { at } = await made(rita)
    const ada = await web.as(people.ada)
    const entered = await ada.post(`/customers/${people.rita.account.id}/impersonation`)
    const visit = web.with(sessionIn(entered))

    expect((await visit.get('/profile/tokens')).status).toBe(403)
    expect((await visit.post('/profile/tokens', wish)).status).toBe(403)
    expect((await visit.post(`${at}/removal`)).status).toBe(403)
    expect(await visit.read('/profile')).not.toContain('/profile/tokens')
    expect(await db().$count(apiTokens)).toBe(1)
  })

  // F-124
  test('makes no tokens', async () => {
    const token = await tokenOf(db(), people.rita)
    for (const path of ['/tokens', '/profile/tokens', '/api-tokens']) {
      expect((await by(token).post(path, wish)).status).toBe(404)
    }
  })
})

// F-123
describe('is refused', () => {
  const plans = (token: string | null, headers = {}) => by(token).get('/plans', headers)
  let token: string
  beforeEach(async () => {
    token = await tokenOf(db(), people.rita)
  })

  test('without a token, with a wrong one, with one in another case', async () => {
    const answers = [
      await plans(null),
      await plans('ink_'),
      await plans(`ink_${'a'.repeat(43)}`),
      await plans(token.toUpperCase()),
      await plans(null, { Authorization: `Basic ${token}` }),
    ]
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401)
      expect(headers.get('WWW-Authenticate')).toBe('Bearer')
      expect(body).toMatchObject({ type: 'about:blank', status: 401 })
    }
  })

  test('in an address', async () => {
    for (const query of [`token=${token}`, `access_token=%69nk_${token.slice(4)}`]) {
      expect((await by(null).get(`/plans?${query}`)).status).toBe(400)
      expect((await by(token).get(`/plans?${query}`)).status).toBe(400)
    }
  })

  test('together with a session, and a session alone', async () => {
    expect((await plans(token, { Cookie: rita.cookie })).status).toBe(403)
    expect((await plans(null, { Cookie: rita.cookie })).status).toBe(401)
  })

  test('at the pages', async () => {
    const answer = await web.stranger().get('/plans', { Authorization: `Bearer ${token}` })
    expect(answer.status).toBe(303)
  })

  test('after its day', async () => {
    await db().update(apiTokens).set({ expiresAt: sql`now()` })
    expect((await plans(token)).status).toBe(401)
  })

  // F-92
  test('once its password is changed', async () => {
    const fresh = 'a horse of another colour 8'
    await rita.post('/profile/password', { current: password, password: fresh, repeat: fresh })
    expect((await plans(token)).status).toBe(401)
    await db().update(logins).set({ passwordHash: people.rita.login.passwordHash })
  })

  test('with the login’s role', async () => {
    const helper = await aLogin(db(), people.rita, 'helper', 'read')
    const its = await tokenOf(db(), helper)
    await db().update(logins).set({ role: 'full' }).where(eq(logins.id, helper.login.id))
    expect((await plans(its)).status).toBe(401)

    const again = await tokenOf(db(), helper)
    await removeFurtherLogin(db(), people.rita.actor, people.rita.account.id, helper.login.id)
    expect((await plans(again)).status).toBe(401)
  })

  test('while its account is suspended, and not longer', async () => {
    await suspendAccount(db(), people.ada.actor, people.rita.account.id, 'Unpaid')
    expect((await plans(token)).status).toBe(401)
    await activateAccount(db(), people.ada.actor, people.rita.account.id)
    expect((await plans(token)).status).toBe(200)
  })

  test('when it comes too often, and told when to come back', async () => {
    const answers = await Promise.all(Array.from({ length: 610 }, () => plans(token)))
    const late = answers.filter(({ status }) => status === 429)

    expect(late).toHaveLength(10)
    expect(Number(late[0]!.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await plans(await tokenOf(db(), people.rolf))).status).toBe(200)
  })
})

// M-30
describe('with API access off', () => {
  const off = {
    status: 403,
    body: { detail: 'API access is off for this account.' },
  }

  test.each(['ada', 'rita', 'cato'] as const)('every call of %s is refused', async (name) => {
    const token = await tokenOf(db(), people[name])
    await db()
      .update(accounts)
      .set({ apiAccess: false })
      .where(eq(accounts.id, people[name].account.id))
    const calls = [
      by(token).get(`/customers/${people[name].account.id}`),
      by(token).get('/subscriptions'),
      by(token).post('/customers', {}),
      by(token).get('/nowhere'),
    ]
    for (const answer of await Promise.all(calls)) expect(answer).toMatchObject(off)
  })

  test('its provider switches it, an admin its own', async () => {
    const stands = async (name: 'ada' | 'cato') => {
      const own = eq(accounts.id, people[name].account.id)
      const [found] = await db().select().from(accounts).where(own)
      return found!
    }
    const save = async (visitor: Visitor, name: 'ada' | 'cato', more: Record<string, string>) => {
      const { id, email, version } = await stands(name)
      const fields = { name, email, version: String(version), additionalInformation: '', ...more }
      return (await visitor.post(`/customers/${id}/contact`, fields)).status
    }

    expect(await save(rita, 'cato', {})).toBe(303)
    expect((await stands('cato')).apiAccess).toBe(false)
    expect(await save(await web.as(people.cato), 'cato', { apiAccess: 'on' })).toBe(303)
    expect((await stands('cato')).apiAccess).toBe(false)
    expect(await save(rita, 'cato', { apiAccess: 'on' })).toBe(303)
    expect((await stands('cato')).apiAccess).toBe(true)
    expect(await save(await web.as(people.ada), 'ada', {})).toBe(303)
    expect((await stands('ada')).apiAccess).toBe(false)
  })

  test('in what a reseller was sold', async () => {
    const token = await tokenOf(db(), people.rita)
    const set = (on: string) =>
      db()
        .update(resellers)
        .set({ values: sql`jsonb_set(${resellers.values}, '{api}', ${on}::jsonb)` })
    await set('false')
    expect((await by(token).get('/plans')).status).toBe(403)
    expect((await rita.post('/profile/tokens', wish)).status).toBe(403)
    expect(await rita.read('/profile/tokens')).toContain('not part of what')
    await set('true')
    expect((await by(token).get('/plans')).status).toBe(200)
  })

  test('in all that a customer was sold', async () => {
    const { host, ritasGold } = people
    const cara = await someone(db(), 'customer', 'cara', people.rita.account.id)
    await aSubscription(db(), cara.account, host, ritasGold, 'cara.test')
    const token = await tokenOf(db(), cara)
    expect((await by(token).get('/subscriptions')).status).toBe(200)
    await db()
      .update(subscriptions)
      .set({ values: sql`jsonb_set(${subscriptions.values}, '{api}', 'false')` })
    expect((await by(token).get('/subscriptions')).status).toBe(403)
  })
})

test('what a program does is in the audit by its login and its token', async () => {
  const token = await tokenOf(db(), people.rita)
  const { actor } = people.rita
  await by(token).get('/plans')
  await describeAccount(db(), { ...actor, token: 'of rita' }, people.cato.account.id, 'Pays late')

  expect(await rita.read('/audit')).toContain('by token of rita')
  const [entry] = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.action, 'account.described'))
  expect(entry).toMatchObject({ actorName: 'rita', token: 'of rita' })
})
