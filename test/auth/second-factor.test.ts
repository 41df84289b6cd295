import { eq, sql } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { attempts, halfSignIns, recoveryCodes, secondFactors } from '../../src/auth/schema.ts'
import { newTotpSecret, stepOf } from '../../src/auth/totp.ts'
import { password, type Someone, someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { encoded, origin, sessionIn, type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let ada: Someone
let cato: Someone
let visit: Visitor
let number = 0
beforeAll(async () => {
  ada = await someone(db(), 'admin', 'ada', null)
})
beforeEach(async () => {
  cato = await someone(db(), 'customer', `cato${++number}`, ada.account.id)
  visit = await web.as(cato)
})

/** Of some moment, in steps of half a minute from now. */
const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: Date.now() + steps * 30_000,
  })

async function setUp(): Promise<{ secret: string; codes: string[] }> {
  await visit.post('/profile/second-factor', { current: password })
  const page = await visit.read('/profile/second-factor')
  const secret = /id="secret">([A-Z2-7 ]+)</.exec(page)![1]!.replaceAll(' ', '')
  const answer = await visit.post('/profile/second-factor/confirmation', { code: codeOf(secret) })
  expect(answer.headers.get('Location')).toBe('/profile/recovery-codes')
  const shown = await visit.read('/profile/recovery-codes')
  // As if that had been some time ago: its code would be used up for the test itself.
  await db()
    .update(secondFactors)
    .set({ lastStep: 0 })
    .where(eq(secondFactors.loginId, cato.login.id))
  return { secret, codes: [...shown.matchAll(/<li><code>([^<]+)</g)].map(([, code]) => code!) }
}

/** A browser on its way in; each from an address of its own. */
let hosts = 0
async function signIn(secret = password) {
  const stranger = web.stranger()
  const from = `198.51.100.${++hosts}`
  let half = ''
  const post = async (path: string, fields: Record<string, string>) => {
    const answer = await stranger.ask(
      path,
      {
        method: 'POST',
        body: encoded({ _csrf: stranger.token, ...fields }),
        headers: { Origin: origin, Cookie: `${stranger.cookie}; ${half}` },
      },
      from,
    )
    half = /half=[a-z0-9]+/.exec(answer.headers.getSetCookie().join('\n'))?.[0] ?? half
    return answer
  }
  const first = await post('/login', { name: cato.login.name, password: secret })
  return {
    first,
    half: () => half,
    stranger,
    code: (code: string) => post('/login/code', { code }),
  }
}

const factor = async () => {
  const rows = await db().select().from(secondFactors)
  return rows.find((row) => row.loginId === cato.login.id)
}

describe('setting up', () => {
  test('needs the password, shows key and drawing, and counts when a code proves it', async () => {
    expect((await visit.post('/profile/second-factor', { current: 'no' })).status).toBe(422)
    expect(await factor()).toBeUndefined()

    await visit.post('/profile/second-factor', { current: password })
    expect(await visit.read('/profile/second-factor')).toContain('<svg class="qr"')
    expect((await factor())!.confirmedAt).toBeNull()
    const wrong = await visit.post('/profile/second-factor/confirmation', { code: '000000' })
    expect(wrong.status).toBe(422)
    expect((await factor())!.confirmedAt).toBeNull()
    expect((await signIn()).first.headers.get('Location')).toBe('/')
  })

  test('shows ten recovery codes once, and keeps hashes', async () => {
    const { codes } = await setUp()
    const stored = JSON.stringify(await db().select().from(recoveryCodes))

    expect(codes).toHaveLength(10)
    expect(codes.filter((code) => stored.includes(code.replaceAll('-', '')))).toEqual([])
    expect(await visit.read('/profile/recovery-codes')).toContain('were shown already')
  })

  // F-187
  test('keeps the key sealed', async () => {
    const { secret } = await setUp()
    const { sealed } = (await factor())!

    expect(sealed.includes(secret)).toBe(false)
    expect(sealed.includes(Buffer.from(Secret.fromBase32(secret).bytes))).toBe(false)
  })

  test('ends the other sessions', async () => {
    const other = await web.as(cato)
    await setUp()

    expect((await other.get('/profile')).status).toBe(303)
    expect((await visit.get('/profile')).status).toBe(200)
  })
})

// F-104
describe('signing in', () => {
  test('asks for the code of now', async () => {
    const { secret } = await setUp()
    const { first, code } = await signIn()
    expect(first.headers.get('Location')).toBe('/login/code?next=%2F')

    const answer = await code(codeOf(secret))
    expect(answer.headers.get('Location')).toBe('/')
    expect((await web.with(sessionIn(answer)).get('/profile')).status).toBe(200)
  })

  test('half-way in, nothing opens', async () => {
    await setUp()
    const { first, half, stranger } = await signIn()
    expect(first.headers.getSetCookie().join()).not.toMatch(/\bsession=[a-z0-9]/)

    for (const cookie of [half(), half().replace('half', 'session')]) {
      const answer = await stranger.ask('/profile', { headers: { Cookie: cookie } })
      expect(answer.headers.get('Location')).toContain('/login')
    }
  })

  test('a code works once', async () => {
    const { secret } = await setUp()
    const code = codeOf(secret)
    await (await signIn()).code(code)

    expect((await (await signIn()).code(code)).status).toBe(422)
  })

  test('of twenty at once with one code, one gets in', async () => {
    const { secret } = await setUp()
    const ways = await Promise.all(Array.from({ length: 4 }, () => signIn()))
    const answers = await Promise.all(ways.map(({ code }) => code(codeOf(secret))))

    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
  })

  test.each([
    ['two steps ago', -2, 422],
    ['the step before', -1, 303],
    ['the next step', 1, 303],
    ['two steps on', 2, 422],
  ])('a code of %s: %s', async (_, steps, status) => {
    const { secret } = await setUp()
    const { code } = await signIn()

    expect((await code(codeOf(secret, steps))).status).toBe(status)
  })

  test('a code older than one that was used is used up too', async () => {
    const { secret } = await setUp()
    await (await signIn()).code(codeOf(secret, 1))

    expect((await (await signIn()).code(codeOf(secret))).status).toBe(422)
  })

  test.each(['', '12345', 'x'.repeat(5000), '０００００１', "' or 1=1"])(
    'is not impressed by “%s”',
    async (typed) => {
      await setUp()

      expect((await (await signIn()).code(typed)).status).toBe(422)
    },
  )

  test('guessing ends for the account, however often one signs in anew', async () => {
    const { secret, codes } = await setUp()
    for (let n = 0; n < 5; n++) await (await signIn()).code('000000')

    const { code } = await signIn()
    expect((await code(codeOf(secret))).status).toBe(429)
    expect((await code(codes[0]!)).status).toBe(429)
    await db().update(attempts).set({ since: sql`now() - interval '16 minutes'` })
    expect((await code(codeOf(secret))).status).toBe(303)
  })

  test('a recovery code opens once', async () => {
    const { codes } = await setUp()

    expect((await (await signIn()).code(codes[3]!.toUpperCase())).status).toBe(303)
    expect((await (await signIn()).code(codes[3]!)).status).toBe(422)
    expect(await visit.read('/profile/second-factor')).toContain('9 recovery codes left')
  })

  test('takes five minutes at most', async () => {
    const { secret } = await setUp()
    const { code } = await signIn()
    await db().update(halfSignIns).set({ expiresAt: sql`now()` })

    expect((await code(codeOf(secret))).headers.get('Location')).toBe('/login')
  })

  test('a password changed meanwhile ends it', async () => {
    const { secret } = await setUp()
    const { code } = await signIn()
    const fresh = 'nine wet dogs on a hill'
    await visit.post('/profile/password', { current: password, password: fresh, repeat: fresh })

    expect((await code(codeOf(secret))).headers.get('Location')).toBe('/login')
  })

  test('a wrong password says nothing of a second factor', async () => {
    await setUp()

    expect((await signIn('not it')).first.status).toBe(422)
  })
})

describe('turning off', () => {
  test('needs the password and a code', async () => {
    const { secret } = await setUp()
    const off = (current: string, code: string) =>
      visit.post('/profile/second-factor/removal', { current, code })
    expect((await off('no', codeOf(secret))).status).toBe(422)
    expect((await off(password, '000000')).status).toBe(422)
    expect(await factor()).toBeDefined()

    const other = await web.as(cato)
    expect((await off(password, codeOf(secret))).status).toBe(303)
    expect(await factor()).toBeUndefined()
    expect((await other.get('/profile')).status).toBe(303)
    expect((await signIn()).first.headers.get('Location')).toBe('/')
    expect(await actions()).toEqual(['login.second_factor_on', 'login.second_factor_off'])
  })

  test('new recovery codes take the place of the old ones', async () => {
    const { codes } = await setUp()
    expect((await visit.post('/profile/recovery-codes', { current: 'no' })).status).toBe(422)
    await visit.post('/profile/recovery-codes', { current: password })
    const shown = await visit.read('/profile/recovery-codes')
    const fresh = /<li><code>([^<]+)</.exec(shown)![1]!

    expect((await (await signIn()).code(codes[0]!)).status).toBe(422)
    expect((await (await signIn()).code(fresh)).status).toBe(303)
  })
})

// F-119
test('is not there for who works as somebody else', async () => {
  await visit.post('/profile/second-factor', { current: password })
  const admin = await web.as(ada)
  const entered = await admin.post(`/customers/${cato.account.id}/impersonation`)
  const asCato = web.with(sessionIn(entered))

  for (const path of ['/profile/second-factor', '/profile/recovery-codes']) {
    expect((await asCato.get(path)).status, path).toBe(403)
    expect((await asCato.post(path, { current: password })).status, path).toBe(403)
  }
})

// RFC 6238, appendix B
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [20_000_000_000, '353130'],
])('at %i seconds the code is %s', (seconds, code) => {
  const secret = Secret.fromLatin1('12345678901234567890').base32

  expect(stepOf(secret, code, seconds)).toBe(Math.floor(seconds / 30))
  expect(stepOf(secret, `${code.slice(0, 3)} ${code.slice(3)}`, seconds)).not.toBeNull()
})

test('keys are 160 bits, each another', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSecret()).not.toBe(newTotpSecret())
})

async function actions() {
  const rows = await db()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.objectId, cato.login.id))
    .orderBy(auditEntries.id)
  return rows.map(({ action }) => action).filter((action) => action.includes('factor'))
}
