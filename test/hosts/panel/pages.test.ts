import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditEntries } from '../../../src/audit/schema.ts'
import { sealedSecrets } from '../../../src/auth/schema.ts'
import { readSecret } from '../../../src/auth/sealing.ts'
import { secretOf, storeGreeting } from '../../../src/hosts/enrolment.ts'
import { fingerprint } from '../../../src/hosts/fingerprint.ts'
import { type Host, hosts } from '../../../src/hosts/schema.ts'
import { jobs } from '../../../src/jobs/schema.ts'
import { aHost, aSubscription, type Cast, cast } from '../../support/cast.ts'
import { ownDatabase, whileReading } from '../../support/database.ts'
import { type Visitor, webApp } from '../../support/web.ts'
import { dump } from './enrolling.ts'
import { facts } from './false-host.ts'

const db = ownDatabase()
const sealingKey = randomBytes(32)
const web = webApp(db, { sealingKey, panelPublicKey: 'ssh-ed25519 AAAAPANEL' })
const key = `ssh-ed25519 ${Buffer.from('one key').toString('base64')}`
const otherKey = `ssh-ed25519 ${Buffer.from('another key').toString('base64')}`
const password = 'Root geheim 4711!'

let people: Cast
let ada: Visitor
beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
})
beforeEach(async () => {
  await db().delete(jobs)
  await db().delete(sealedSecrets)
  await db().delete(hosts).where(eq(hosts.kind, 'ssh'))
})

const real = (more: Partial<Host> = {}) =>
  aHost(db(), 'web1', { kind: 'ssh', address: '192.0.2.7', hostKey: key, ...more })
const row = async ({ id }: { id: number }) =>
  (await db().select().from(hosts).where(eq(hosts.id, id)))[0]!
const waiting = async () => (await db().select().from(jobs)).map(({ kind }) => kind)

describe('adding', () => {
  const add = (fields: Record<string, string> = {}) =>
    ada.post('/hosts/new', { name: 'web1', address: ' WEB1.example.com ', port: '22', ...fields })

  test('makes a host whose key is read first', async () => {
    const answer = await add()
    const [host] = await db().select().from(hosts).where(eq(hosts.name, 'web1'))

    expect(answer.headers.get('location')).toBe(`/hosts/${host!.id}/enrolment`)
    expect(host).toMatchObject({ address: 'web1.example.com', port: 22, state: 'new' })
    expect(await waiting()).toEqual(['hosts.greet'])

    const progress = await ada.get(`/hosts/${host!.id}/enrolment`)
    expect(progress.headers.get('refresh')).toBe('2')
    expect(await progress.text()).toContain('is being read')
  })

  test('is followed to its end, even when that comes while its page is drawn', async () => {
    await add()
    const [host] = await db().select().from(hosts).where(eq(hosts.name, 'web1'))
    const look = () => ada.get(`/hosts/${host!.id}/enrolment`)

    const between = await whileReading(db(), 'jobs', look, async (tx) => {
      await storeGreeting(db(), host!.id, key)
      await tx.delete(jobs)
    })
    expect(between.headers.get('refresh')).toBe('2')
    expect(await (await look()).text()).toContain(fingerprint(key))
  })

  test.each([
    ['name', { name: '' }],
    ['address', { address: 'web 1' }],
    ['address', { address: '1.2.3.4.5' }],
    ['address', { address: '-oProxyCommand=x' }],
    ['address', { address: 'a.test; reboot' }],
    ['port', { port: '0' }],
    ['port', { port: '65536' }],
    ['port', { port: '2e1' }],
  ])('refuses a wrong %s: %j', async (field, fields) => {
    const answer = await add(fields)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(`id="${field}-error"`)
    expect(await waiting()).toEqual([])
  })

  test.each(['192.0.2.1', '2001:db8::1', 'web1'])('takes the address %s', async (address) => {
    expect((await add({ address })).status).toBe(303)
  })

  test('refuses a second host of one name or place', async () => {
    await add()
    expect(await (await add({ address: 'other.test' })).text()).toContain('Another host has this')
    expect(await (await add({ name: 'web2' })).text()).toContain('is host “web1” already')
  })
})

describe('enrolling', () => {
  const greeted = () => real({ hostKey: null, offeredKey: key, state: 'new', facts: null })
  const order = (host: Host, fields: Record<string, string> = {}) =>
    ada.post(`/hosts/${host.id}/enrolment`, {
      fingerprint: fingerprint(key),
      confirmed: 'on',
      access: 'password',
      password,
      ...fields,
    })

  test('shows fingerprint and public key, and takes root’s password once', async () => {
    const host = await greeted()
    const page = await ada.read(`/hosts/${host.id}/enrolment`)
    expect(page).toContain(fingerprint(key))
    expect(page).toContain('ssh-ed25519 AAAAPANEL')

    expect((await order(host)).status).toBe(303)
    expect(await row(host)).toMatchObject({ state: 'enrolling', hostKey: key, offeredKey: null })
    expect(await waiting()).toEqual(['hosts.enrol'])
    expect(await readSecret(db(), sealingKey, secretOf(host.id))).toBe(JSON.stringify(password))
    // F-187
    expect(await dump(db())).not.toContain(password)
    expect(await ada.read(`/hosts/${host.id}/enrolment`)).not.toContain(password)
  })

  test.each([
    ['confirmed', { confirmed: '' }],
    ['password', { password: '' }],
    ['access', { access: 'luck' }],
  ])('wants %s', async (field, fields) => {
    const host = await greeted()
    const { confirmed = 'on', ...rest } = fields as Record<string, string>
    const sent: Record<string, string> = {
      fingerprint: fingerprint(key),
      access: 'password',
      password,
      ...(confirmed ? { confirmed } : {}),
      ...rest,
    }
    const answer = await ada.post(`/hosts/${host.id}/enrolment`, sent)
    const text = await answer.text()

    expect(answer.status).toBe(422)
    expect(text).toContain(`${field}`)
    expect(text).not.toContain(password)
    expect(await row(host)).toMatchObject({ state: 'new', hostKey: null })
  })

  test('a key that is not the one on the page is not pinned', async () => {
    const host = await greeted()
    await storeGreeting(db(), host.id, otherKey)
    expect((await order(host)).status).toBe(409)
    expect(await row(host)).toMatchObject({ hostKey: null, offeredKey: otherKey })
    expect(await db().select().from(sealedSecrets)).toEqual([])
  })

  test('one that is in use is installed again with its pinned key', async () => {
    const host = await real()
    expect((await order(host, { fingerprint: '', access: 'key', password: '' })).status).toBe(303)
    expect(await row(host)).toMatchObject({ state: 'enrolling', hostKey: key })
    expect((await order(host)).status).toBe(409)
  })

  test('one whose job was cancelled or parked is started anew', async () => {
    const host = await greeted()
    await order(host)
    await db().update(jobs).set({ state: 'parked', reason: 'Three times the runner stopped.' })
    const page = await ada.read(`/hosts/${host.id}/enrolment`)
    expect(page).toContain('Three times the runner stopped.')
    expect(page).toContain('Root access')

    expect((await order(host, { fingerprint: '' })).status).toBe(303)
    expect(await db().select().from(jobs)).toMatchObject([{ state: 'waiting' }])
  })

  test('a sandbox needs none', async () => {
    expect((await order(people.host)).status).toBe(409)
    expect((await ada.post(`/hosts/${people.host.id}/greeting`)).status).toBe(409)
    expect(await row(people.host)).toMatchObject({ state: 'online' })
  })
})

describe('a host that has moved', () => {
  const move = (host: Host, fields: Record<string, string>) =>
    ada.post(`/hosts/${host.id}`, {
      ...{ name: host.name, open: 'on', version: String(host.version) },
      ...{ address: host.address, port: '22', ...fields },
    })

  test('is looked at where it is now, by the key that was confirmed', async () => {
    const host = await real()
    expect((await move(host, { address: ' 192.0.2.9 ', port: '2222' })).status).toBe(303)
    const where = { address: '192.0.2.9', port: 2222, hostKey: key, state: 'offline' }
    expect(await row(host)).toMatchObject(where)
    expect(await waiting()).toEqual(['hosts.check'])
    const [entry] = await db().select().from(auditEntries).where(eq(auditEntries.objectId, host.id))
    expect(entry).toMatchObject({
      action: 'host.changed',
      changes: { address: { from: '192.0.2.7', to: '192.0.2.9' }, port: { from: 22, to: 2222 } },
    })
  })

  test('is asked for its key again when nobody has confirmed one', async () => {
    const host = await real({ state: 'new', hostKey: null, offeredKey: key })
    expect((await move(host, { address: 'web1.example.com' })).status).toBe(303)
    expect(await row(host)).toMatchObject({ state: 'new', hostKey: null, offeredKey: null })
    expect(await waiting()).toEqual(['hosts.greet'])
  })

  test('is not where another one is, nor while it is set up', async () => {
    const host = await real()
    await aHost(db(), 'web2', { kind: 'ssh', address: '192.0.2.8', hostKey: otherKey })
    const taken = await move(host, { address: '192.0.2.8' })
    expect(taken.status).toBe(422)
    expect(await taken.text()).toContain('is host “web2” already')
    expect((await move(host, { address: 'no address' })).status).toBe(422)
    await db().update(hosts).set({ state: 'enrolling' }).where(eq(hosts.id, host.id))
    expect((await move(host, { address: '192.0.2.10' })).status).toBe(422)
    expect(await row(host)).toMatchObject({ address: '192.0.2.7' })
    expect(await waiting()).toEqual([])
  })
})

describe('a changed host key', () => {
  // F-151
  const stopped = () => real({ state: 'key-changed', offeredKey: otherKey })

  test('shows both fingerprints and stops everything', async () => {
    const host = await stopped()
    const page = await ada.read(`/hosts/${host.id}`)
    for (const one of [key, otherKey]) expect(page).toContain(fingerprint(one))
    expect(page).not.toContain('Test connection')
    expect((await ada.post(`/hosts/${host.id}/check`)).status).toBe(409)
    expect(await waiting()).toEqual([])
  })

  test('is confirmed by an admin who saw that very key', async () => {
    const host = await stopped()
    const confirm = (seen: string) =>
      ada.post(`/hosts/${host.id}/key`, { fingerprint: fingerprint(seen) })
    expect((await confirm(key)).status).toBe(409)
    expect(await row(host)).toMatchObject({ state: 'key-changed', hostKey: key })

    expect((await confirm(otherKey)).status).toBe(303)
    expect(await row(host)).toMatchObject({ state: 'offline', hostKey: otherKey, offeredKey: null })
    expect(await waiting()).toEqual(['hosts.check'])
    const trail = await db().select().from(auditEntries).where(eq(auditEntries.objectId, host.id))
    expect(trail).toMatchObject([
      { action: 'host.key_confirmed', changes: { hostKey: { to: fingerprint(otherKey) } } },
    ])
  })
})

describe('looking', () => {
  test('says of a sandbox that it is one, wherever it is shown', async () => {
    for (const path of ['/hosts', `/hosts/${people.host.id}`, `/hosts/${people.host.id}/removal`]) {
      expect(await ada.read(path)).toMatch(/sandbox/i)
    }
  })

  test('why it is offline, and that its agent is another one', async () => {
    const reason = { stateReason: 'It does not answer.', stateDetail: 'connect ETIMEDOUT' }
    const host = await real({ state: 'offline', agentOutdated: true, ...reason })
    const page = await ada.read(`/hosts/${host.id}`)
    for (const words of [...Object.values(reason), 'Install again']) expect(page).toContain(words)
  })

  test('a full disk is told', async () => {
    // F-156
    const host = await real({ facts: { ...facts, disk: { total: 1e11, free: 1e8 } } })
    expect(await ada.read(`/hosts/${host.id}`)).toContain('almost full')
  })

  test('whether customers are kept from sockets of others', async () => {
    const told = async (provides: string[]) => {
      const { id } = await real({
        name: `web${provides.length + 7}`,
        facts: { ...facts, provides },
      })
      const page = await ada.read(`/hosts/${id}`)
      const words = ['can reach sockets of others', 'Open to customers', 'Closed to customers']
      return words.filter((one) => page.includes(one))
    }
    expect(await told([])).toEqual(['can reach sockets of others', 'Open to customers'])
    expect(await told(['separateSockets'])).toEqual(['Closed to customers'])
  })

  test('words of a host are text', async () => {
    // F-70
    const evil = '<script>alert(1)</script>'
    const host = await real({
      facts: { ...facts, hostname: evil },
      stateDetail: evil,
      stateReason: 'It',
    })
    expect(await ada.read(`/hosts/${host.id}`)).not.toContain(evil)
  })
})

describe('changing', () => {
  test('renames and closes, once per version', async () => {
    const host = await real()
    const change = () =>
      ada.post(`/hosts/${host.id}`, { name: 'web9', version: String(host.version) })
    expect((await change()).status).toBe(303)
    expect(await row(host)).toMatchObject({ name: 'web9', open: false })
    // F-73
    expect((await change()).status).toBe(409)
  })

  test('removes only a host where nobody lives', async () => {
    const host = await real()
    await aSubscription(db(), people.cato.account, host, people.ritasGold, 'shop.test')
    expect((await ada.post(`/hosts/${host.id}/removal`)).status).toBe(409)
    expect(await ada.read(`/hosts/${host.id}/removal`)).toContain('1 subscription is on this host')

    await db().execute('delete from subscriptions')
    await ada.post(`/hosts/${host.id}/check`)
    expect((await ada.post(`/hosts/${host.id}/removal`)).status).toBe(303)
    expect(await row(host)).toBeUndefined()
    expect(await waiting()).toEqual([])
  })

  test('offers the services it does not have yet, and names those that work', async () => {
    const host = await real()
    await db().execute(
      `update hosts set facts = jsonb_set(facts, '{provides}', '["ftp"]'), state = 'online' where id = ${host.id}`,
    )
    const text = await ada.read(`/hosts/${host.id}`)
    expect(text).toContain('aria-label="Install on this host: MySQL databases"')
    expect(text).not.toContain('Install on this host: FTP')
    const answer = await ada.post(`/hosts/${host.id}/installation`, { feature: 'mysql' })
    expect(answer.status).toBe(303)
  })

  // the last one here: it ends Ada's session
  test('a login that may only look changes nothing', async () => {
    const host = await real()
    const { login } = people.ada
    await db().execute(`update logins set role = 'read' where id = ${login.id}`)
    // whoever gets another role has to log in again
    const looker = await web.as(people.ada)
    expect((await looker.get(`/hosts/${host.id}`)).status).toBe(200)
    for (const below of ['/check', '/removal']) {
      expect((await looker.post(`/hosts/${host.id}${below}`)).status).toBe(403)
    }
  })
})
