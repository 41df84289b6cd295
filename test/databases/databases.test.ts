import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { takeToShow } from '../../src/auth/shown-once.ts'
import { type Databases, Databases as Wanted } from '../../src/contract/databases.ts'
import { createDatabase } from '../../src/databases/creation.ts'
import { storeDatabaseSizes } from '../../src/databases/measured.ts'
import { removeDatabase } from '../../src/databases/removal.ts'
import { databases, databaseUsers } from '../../src/databases/schema.ts'
import { mysqlHash, shownOnce } from '../../src/databases/user-password.ts'
import { addUser, changeUserPassword, removeUser } from '../../src/databases/users.ts'
import { Forbidden, Invalid, NotFound, Taken } from '../../src/errors.ts'
import { parts } from '../../src/runner/parts.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { aSubscription, password, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { shopkeepers } from './cast.ts'

const sealing = randomBytes(32)
const db = ownDatabase(20)
let people: Awaited<ReturnType<typeof shopkeepers>>
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
})

const create = (name: string, more = {}, actor = people.cato.actor) =>
  createDatabase(db(), sealing, actor, people.shop.id, { name, password, address: '', ...more })
const all = () => db().select().from(databases)
const sent = async (): Promise<Databases> => {
  const [document] = await wantedDocuments(db(), parts, [people.shop.id], Buffer.alloc(32))
  return Wanted.parse(document && 'databases' in document ? document.databases : null)
}
const own = (name: string) => `${people.shop.systemUser}_${name}`

// S-17
test('a database has a user of its name, and its host is told the hash only', async () => {
  const { databaseId, jobId } = await create('shop')

  expect(jobId).toBeGreaterThan(0)
  expect(await sent()).toEqual({
    promised: 5,
    all: [
      {
        name: own('shop'),
        users: [{ name: own('shop'), passwordHash: mysqlHash(password), address: 'localhost' }],
      },
    ],
  })
  expect(await reread(db(), people.shop)).toMatchObject({ generation: 2 })
  const [entry] = await db().select().from(auditEntries)
  expect(entry).toMatchObject({ action: 'database.created', objectId: databaseId })
  expect(JSON.stringify(entry)).not.toContain(password)
})

test('a hash is what MariaDB makes of the password', () => {
  expect(mysqlHash('password')).toBe('*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19')
})

test('the name may be typed with the system user before it', async () => {
  await create(own('shop'))
  await expect(create('shop')).rejects.toThrow(Taken)
  expect((await all()).map(({ name }) => name)).toEqual([own('shop')])
})

// F-8, F-9, F-16, F-46
test.each([
  '',
  'a_b',
  'a-b',
  'A',
  '--help',
  "a'; drop database mysql; --",
  'a`b',
  'a\nb',
  '../etc',
  'ü',
  'a'.repeat(31),
])('refuses %j as a name', async (name) => {
  await expect(create(name)).rejects.toThrow(Invalid)
  expect(await all()).toEqual([])
})

// F-56
test.each([
  "it's 'quoted' here",
  'back\\slash and "more"',
  '$$ dollars $$ and more',
  '`id` ; -- and so',
])('takes %j as a password', async (typed) => {
  await create('shop', { password: typed })
  expect((await sent()).all[0]!.users[0]!.passwordHash).toBe(mysqlHash(typed))
})

test.each([
  ['', 'localhost'],
  ['localhost', 'localhost'],
  ['192.0.2.7', '192.0.2.7'],
  ['2001:0DB8::0001', '2001:db8::1'],
])('access from %j is kept as %j', async (typed, kept) => {
  await create('shop', { address: typed })
  expect((await sent()).all[0]!.users[0]!.address).toBe(kept)
})

test.each(['%', '192.0.2.%', '192.0.2.0/24', 'host.example', "x' or '1", 'fe80::1%eth0'])(
  'refuses access from %j',
  async (address) => {
    await expect(create('shop', { address })).rejects.toThrow(Invalid)
    expect(await all()).toEqual([])
  },
)

// F-52, F-119
test('a generated password is shown once, to whoever asked for it', async () => {
  const { userId, generated } = await create('shop', { password: '' })

  expect(generated).toBe(true)
  expect(await takeToShow(db(), sealing, people.rita.actor, shownOnce(userId))).toBeUndefined()
  const shown = await takeToShow(db(), sealing, people.cato.actor, shownOnce(userId))
  expect((await sent()).all[0]!.users[0]!.passwordHash).toBe(mysqlHash(shown!))
  expect(await takeToShow(db(), sealing, people.cato.actor, shownOnce(userId))).toBeUndefined()
})

test('users come, change their password and go', async () => {
  const { databaseId } = await create('shop')
  const reader = await addUser(db(), sealing, people.cato.actor, databaseId, {
    ...{ name: 'reader', password, address: '192.0.2.7' },
  })
  const other = 'another horse, another battery'
  await changeUserPassword(db(), sealing, people.cato.actor, databaseId, reader.userId, other)
  expect((await sent()).all[0]!.users[1]).toEqual({
    ...{ name: own('reader'), passwordHash: mysqlHash(other), address: '192.0.2.7' },
  })

  await removeUser(db(), people.cato.actor, databaseId, reader.userId)
  expect((await sent()).all[0]!.users.map(({ name }) => name)).toEqual([own('shop')])
  const again = removeUser(db(), people.cato.actor, databaseId, reader.userId)
  await expect(again).rejects.toThrow(NotFound)
})

test('a database goes with its users, once', async () => {
  const { databaseId } = await create('shop')
  await removeDatabase(db(), people.rita.actor, databaseId)

  expect(await sent()).toEqual({ promised: 5, all: [] })
  expect(await db().select().from(databaseUsers)).toEqual([])
  await expect(removeDatabase(db(), people.rita.actor, databaseId)).rejects.toThrow(NotFound)
})

// F-85
test('of fifty at once no more come in than the plan allows', async () => {
  const tries = Array.from({ length: 50 }, (_, n) => create(`d${n}`))
  const done = await Promise.allSettled(tries)

  const refused = done.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(await all()).toHaveLength(5)
  expect(refused).toHaveLength(45)
  expect(refused[0]).toMatchObject({ words: { used: 5, limit: 5, what: 'MySQL databases' } })
})

// F-109, F-110
test('somebody else’s is not there', async () => {
  const { databaseId, userId } = await create('shop')
  const { actor } = people.rolf
  await expect(create('more', {}, actor)).rejects.toThrow(NotFound)
  await expect(removeDatabase(db(), actor, databaseId)).rejects.toThrow(NotFound)
  await expect(removeUser(db(), actor, databaseId, userId)).rejects.toThrow(NotFound)
  const change = changeUserPassword(db(), sealing, actor, databaseId, userId, password)
  await expect(change).rejects.toThrow(NotFound)
})

//
test.each(['read', 'mail'] as const)('a login for %s only changes none', async (role) => {
  const actor = { ...people.cato.actor, role }
  await expect(create('shop', {}, actor)).rejects.toThrow(Forbidden)
  expect(await all()).toEqual([])
})

test('a host’s measure is kept for its own subscriptions only', async () => {
  await create('shop')
  const other = await aSubscription(
    db(),
    people.cato.account,
    people.host,
    people.ritasGold,
    'other.test',
  )
  const told = (id: number, bytes: number) => ({
    ...{ id, generation: 1, ok: true, changed: [], errors: [], shortfalls: [] },
    facts: {
      ...{ state: 'active' as const, home: '', shell: 'off' as const, sites: [] },
      databases: [{ name: own('shop'), bytes }],
    },
  })
  await storeDatabaseSizes(db(), [told(people.shop.id, 4096), told(other.id, 1)])
  expect((await all()).map(({ bytes }) => bytes)).toEqual([4096])
})

test('all go with their subscription', async () => {
  await create('shop')
  await db().delete(subscriptions).where(eq(subscriptions.id, people.shop.id))
  expect(await all()).toEqual([])
})
