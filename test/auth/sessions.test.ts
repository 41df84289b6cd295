import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { sessions } from '../../src/auth/schema.ts'
import { sessionHash } from '../../src/auth/session-store.ts'
import { closeSession, openSession, readSession, sweepSessions } from '../../src/auth/sessions.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const visitor = { address: '192.0.2.7', userAgent: 'test' }
let people: Cast
let cookie: string
beforeAll(async () => {
  people = await cast(db())
})
beforeEach(async () => {
  cookie = await openSession(db(), people.rita.login.id, visitor)
})
afterEach(() => void vi.useRealTimers())

const read = (value = cookie) => readSession(db(), value, null)
const age = (set: Record<string, unknown>) =>
  db()
    .update(sessions)
    .set(set)
    .where(eq(sessions.id, sessionHash(cookie)))
const minutesAgo = (minutes: number) => sql`now() - make_interval(mins => ${minutes})`

test('knows who is at the keyboard', async () => {
  expect((await read())?.actor).toMatchObject({
    accountId: people.rita.account.id,
    kind: 'reseller',
    loginName: 'rita',
    impersonator: null,
  })
})

// F-95
test('stores a hash that opens nothing', async () => {
  const [row] = await db()
    .select()
    .from(sessions)
    .where(eq(sessions.id, sessionHash(cookie)))

  expect(JSON.stringify(row)).not.toContain(cookie)
  expect(await read(row!.id)).toBeNull()
})

// F-91
test.each(['', 'x', 'a'.repeat(40), 'a'.repeat(4096), '__proto__', '%00', 'ÄÖÜ'])(
  '“%s” is nobody',
  async (value) => {
    expect(await read(value)).toBeNull()
  },
)

// F-93
test('ends after half an hour without a request', async () => {
  await age({ lastSeenAt: minutesAgo(29) })
  expect(await read()).not.toBeNull()

  await age({ lastSeenAt: minutesAgo(31) })
  expect(await read()).toBeNull()
})

test('a request prolongs it', async () => {
  await age({ lastSeenAt: minutesAgo(29) })
  await read()
  const [row] = await db()
    .select({ fresh: sql<boolean>`${sessions.lastSeenAt} > now() - interval '1 minute'` })
    .from(sessions)
    .where(eq(sessions.id, sessionHash(cookie)))

  expect(row?.fresh).toBe(true)
})

test('ends after twelve hours however busy', async () => {
  await age({ lastSeenAt: sql`now()`, expiresAt: minutesAgo(1) })

  expect(await read()).toBeNull()
})

test.each([-2, 13])('a clock of ours that is wrong by %s hours changes nothing', async (hours) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
  expect(await read()).not.toBeNull()

  await age({ lastSeenAt: minutesAgo(31) })
  expect(await read()).toBeNull()
})

// F-92
test('is dead after logging out', async () => {
  await closeSession(db(), cookie)

  expect(await read()).toBeNull()
})

test('is dead while the account is suspended', async () => {
  await suspend(people.rita.account.id, true)
  const during = await read()
  await suspend(people.rita.account.id, false)

  expect(during).toBeNull()
})

test('is dead with its login', async () => {
  const [extra] = await db()
    .insert(logins)
    .values({
      accountId: people.cato.account.id,
      name: 'catos-clerk',
      role: 'read',
      passwordHash: people.cato.login.passwordHash,
    })
    .returning()
  cookie = await openSession(db(), extra!.id, visitor)
  await db().delete(logins).where(eq(logins.id, extra!.id))

  expect(await read()).toBeNull()
})

test('a sweep takes what is over and leaves the rest', async () => {
  const [mine, over] = [cookie, await openSession(db(), people.rolf.login.id, visitor)]
  cookie = over
  await age({ lastSeenAt: minutesAgo(31) })
  await sweepSessions(db())
  const left = await db().select({ id: sessions.id }).from(sessions)

  expect(left).toContainEqual({ id: sessionHash(mine) })
  expect(left).not.toContainEqual({ id: sessionHash(over) })
})

const suspend = (id: number, suspended: boolean) =>
  db().update(accounts).set({ suspended }).where(eq(accounts.id, id))
