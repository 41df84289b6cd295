import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { takeToShow } from '../../src/auth/shown-once.ts'
import { Ftp } from '../../src/contract/ftp.ts'
import { Forbidden, Invalid, NotFound, Stale, Taken } from '../../src/errors.ts'
import { changeFolder, changeFtpPassword } from '../../src/ftp/change.ts'
import { createFtpLogin } from '../../src/ftp/creation.ts'
import { shownOnce } from '../../src/ftp/login-password.ts'
import { removeFtpLogin } from '../../src/ftp/removal.ts'
import { ftpLogins } from '../../src/ftp/schema.ts'
import { parts } from '../../src/runner/parts.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { shopkeepers } from '../databases/cast.ts'
import { password } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const sealing = randomBytes(32)
const db = ownDatabase(20)
let people: Awaited<ReturnType<typeof shopkeepers>>
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
})

const create = (name: string, more = {}, actor = people.cato.actor) =>
  createFtpLogin(db(), sealing, actor, people.shop.id, { name, password, folder: '', ...more })
const all = () => db().select().from(ftpLogins)
const sent = async () => {
  const [document] = await wantedDocuments(db(), parts, [people.shop.id], sealing)
  return Ftp.parse(document && 'ftp' in document ? document.ftp : null)
}
const own = (name: string) => `${people.shop.systemUser}_${name}`

// S-15
test('a login sees one folder, and its host is told a hash', async () => {
  const { id, jobId } = await create('photos', { folder: '/web/photos/' })

  expect(jobId).toBeGreaterThan(0)
  const { promised, logins } = await sent()
  expect(promised).toBe(5)
  expect(logins).toMatchObject([{ name: own('photos'), folder: 'web/photos' }])
  expect(logins[0]!.passwordHash).toMatch(/^\$6\$/)
  const [entry] = await db().select().from(auditEntries)
  expect(entry).toMatchObject({ action: 'ftp_login.created', objectId: id })
  expect(JSON.stringify(entry)).not.toContain(password)
  await expect(create(own('photos'))).rejects.toThrow(Taken)
})

// F-8, F-9, F-16, F-46
test.each(['', 'a_b', 'A', '-rf', 'a:b', 'a\nroot', '../x', '$(id)', 'a'.repeat(31)])(
  'refuses %j as a name',
  async (name) => {
    await expect(create(name)).rejects.toThrow(Invalid)
    expect(await all()).toEqual([])
  },
)

test.each(['..', 'web/../..', '.ssh', 'a//b', 'a b', 'web/\n', 'ü', '$(id)', 'a/'.repeat(12)])(
  'refuses %j as a folder',
  async (folder) => {
    await expect(create('photos', { folder })).rejects.toThrow(Invalid)
    expect(await all()).toEqual([])
  },
)

test('its folder and password change, and it goes', async () => {
  const { id } = await create('photos')
  await changeFolder(db(), people.cato.actor, id, { version: 1, folder: 'web' })
  expect((await sent()).logins[0]!.folder).toBe('web')
  // F-73
  const late = changeFolder(db(), people.cato.actor, id, { version: 1, folder: 'tmp' })
  await expect(late).rejects.toThrow(Stale)
  expect(await changeFolder(db(), people.cato.actor, id, { version: 2, folder: 'web' })).toBeNull()

  const [before] = (await sent()).logins
  expect(await changeFtpPassword(db(), sealing, people.cato.actor, id, '')).toMatchObject({
    generated: true,
  })
  expect((await sent()).logins[0]!.passwordHash).not.toBe(before!.passwordHash)
  // F-52, F-119
  expect(await takeToShow(db(), sealing, people.rita.actor, shownOnce(id))).toBeUndefined()
  expect(await takeToShow(db(), sealing, people.cato.actor, shownOnce(id))).toMatch(/.{12}/)
  expect(await takeToShow(db(), sealing, people.cato.actor, shownOnce(id))).toBeUndefined()

  await removeFtpLogin(db(), people.cato.actor, id)
  expect((await sent()).logins).toEqual([])
  await expect(removeFtpLogin(db(), people.cato.actor, id)).rejects.toThrow(NotFound)
})

// F-119
test('whoever works in somebody else’s account changes no password of it', async () => {
  const { id } = await create('photos')
  const before = await sent()
  const { accountId, loginId, loginName } = people.rita.actor
  const impersonator = { accountId, loginId: loginId!, loginName }
  const visitor = { ...people.cato.actor, impersonator }
  const change = changeFtpPassword(db(), sealing, visitor, id, 'another horse, another battery')
  await expect(change).rejects.toThrow(Forbidden)
  expect(await sent()).toEqual(before)
})

// F-85
test('of fifty at once no more come in than the plan allows', async () => {
  const tries = Array.from({ length: 50 }, (_, n) => create(`f${n}`))
  const done = await Promise.allSettled(tries)
  expect(await all()).toHaveLength(5)
  expect(done.filter(({ status }) => status === 'rejected')).toHaveLength(45)
})

// F-109, F-110, R-14
test('strangers find nothing, and who may only look changes nothing', async () => {
  const { id } = await create('photos')
  const { actor } = people.rolf
  await expect(create('more', {}, actor)).rejects.toThrow(NotFound)
  await expect(removeFtpLogin(db(), actor, id)).rejects.toThrow(NotFound)
  await expect(changeFtpPassword(db(), sealing, actor, id, password)).rejects.toThrow(NotFound)
  const looker = { ...people.cato.actor, role: 'read' as const }
  await expect(removeFtpLogin(db(), looker, id)).rejects.toThrow(Forbidden)
  expect(await all()).toHaveLength(1)
})
