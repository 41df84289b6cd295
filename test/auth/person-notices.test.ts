import { and, asc, eq, sql } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { secondFactors } from '../../src/auth/schema.ts'
import { messages } from '../../src/messages/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { aMailServer, type Cast, cast, password, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { encoded, origin, sessionIn, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
const fresh = 'nine wet dogs on a hill'
let people: Cast
let cato: Someone
let visit: Visitor
let number = 0
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  await db().delete(settings)
  await aMailServer(db())
  cato = await someone(db(), 'customer', `cato${++number}`, people.rita.account.id)
  visit = await web.as(cato)
})

const told = async () => {
  const rows = await db()
    .select()
    .from(messages)
    .where(eq(messages.accountId, cato.account.id))
    .orderBy(asc(messages.id))
  return rows.map(({ template, toAddress, words }) => ({ template, toAddress, words }))
}
const mail = (template: string, words = {}) => ({
  template,
  toAddress: cato.account.email,
  words: { login: cato.login.name, ...words },
})

test('a new password of one’s own is told by mail, without the password', async () => {
  await visit.post('/profile/password', { current: password, password: fresh, repeat: fresh })

  expect(await told()).toEqual([mail('passwordChanged')])
})

test('nothing is queued that could not go out', async () => {
  await db().delete(settings)
  await visit.post('/profile/password', { current: password, password: fresh, repeat: fresh })

  expect(await told()).toEqual([])
})

describe('a second factor', () => {
  const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  let secret: string
  beforeEach(async () => {
    await visit.post('/profile/second-factor', { current: password })
    const page = await visit.read('/profile/second-factor')
    secret = /id="secret">([A-Z2-7 ]+)</.exec(page)![1]!.replaceAll(' ', '')
    await visit.post('/profile/second-factor/confirmation', { code: codeOf(secret) })
    // As if that had been some time ago: its code would be used up for the test itself.
    await db().update(secondFactors).set({ lastStep: 0 })
  })

  test('that is turned on is told', async () => {
    expect(await told()).toEqual([mail('secondFactorOn')])
  })

  test('that is turned off is told', async () => {
    const off = { current: password, code: codeOf(secret) }
    await visit.post('/profile/second-factor/removal', off)

    expect(await told()).toEqual([mail('secondFactorOn'), mail('secondFactorOff')])
  })

  test('with new recovery codes is told', async () => {
    await visit.post('/profile/recovery-codes', { current: password })

    expect((await told()).at(-1)).toEqual(mail('recoveryCodesRenewed'))
  })

  test('whose recovery code was used is told, how many are left, and it is in the audit', async () => {
    const shown = await visit.read('/profile/recovery-codes')
    const [, code] = /<li><code>([^<]+)</.exec(shown)!
    const stranger = web.stranger()
    const post = (path: string, fields: Record<string, string>, cookie = stranger.cookie) =>
      stranger.ask(path, {
        method: 'POST',
        body: encoded({ _csrf: stranger.token, ...fields }),
        headers: { Origin: origin, Cookie: cookie },
      })
    const first = await post('/login', { name: cato.login.name, password })
    const half = /half=[a-z0-9]+/.exec(first.headers.getSetCookie().join('\n'))![0]
    const second = await post('/login/code', { code: code! }, `${stranger.cookie}; ${half}`)

    expect((await web.with(sessionIn(second)).get('/')).status).toBe(200)
    expect((await told()).at(-1)).toEqual(mail('recoveryCodeUsed', { left: 9 }))
    const used = and(
      eq(auditEntries.action, 'login.recovery_code_used'),
      eq(auditEntries.objectId, cato.login.id),
    )
    expect(await db().select().from(auditEntries).where(used)).toMatchObject([
      { actorName: cato.login.name, changes: { left: { from: 10, to: 9 } }, address: '192.0.2.1' },
    ])
  })
})

describe('an e-mail address', () => {
  const account = async () => {
    const [row] = await db().select().from(accounts).where(eq(accounts.id, cato.account.id))
    return row!
  }
  const change = async (who: Visitor, fields: Record<string, string>) => {
    const { name, version } = await account()
    const wish = { name, email: 'new@example.org', version: String(version) }
    return who.post(`/customers/${cato.account.id}/contact`, { ...wish, ...fields })
  }

  // F-119
  test.each([
    ['' as string, 'Required'],
    ['not it', 'This is not your current password.'],
  ])('of one’s own takes the password, and “%s” is none', async (current, reason) => {
    const answer = await change(visit, { current })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(reason)
    expect(await account()).toMatchObject({ email: cato.account.email, version: 1 })
    expect(await told()).toEqual([])
  })

  test('of one’s own changes with it, and the old address is told of the new one', async () => {
    expect((await change(visit, { current: password })).status).toBe(303)

    expect((await account()).email).toBe('new@example.org')
    expect(await told()).toEqual([mail('emailChanged', { email: 'new@example.org' })])
    const trail = await db()
      .select({ changes: auditEntries.changes })
      .from(auditEntries)
      .where(sql`${auditEntries.changes} -> 'email' ->> 'to' = 'new@example.org'
        and ${auditEntries.objectId} = ${cato.account.id}`)
    expect(trail).toMatchObject([{ changes: { email: { from: cato.account.email } } }])
  })

  test('that stays takes none, whatever else changes', async () => {
    const answer = await change(visit, { email: cato.account.email, name: 'Cato Uticensis' })

    expect(answer.status).toBe(303)
    expect((await account()).name).toBe('Cato Uticensis')
    expect(await told()).toEqual([])
  })

  test('that the provider changes takes no password, and the old address is told', async () => {
    const rita = await web.as(people.rita)
    expect(await rita.read(`/customers/${cato.account.id}/contact`)).not.toContain('name="current"')
    expect((await change(rita, { additionalInformation: '' })).status).toBe(303)

    expect(await told()).toEqual([mail('emailChanged', { email: 'new@example.org' })])
  })

  test('guesses of the password are counted', async () => {
    for (let tries = 0; tries < 20; tries++) await change(visit, { current: `guess ${tries}` })

    expect((await change(visit, { current: password })).status).toBe(422)
    expect((await account()).email).toBe(cato.account.email)
  })
})
