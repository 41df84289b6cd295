import { generateKeyPairSync } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { SiteCertificate } from '../../src/contract/sites.ts'
import { readCertificate } from '../../src/domains/certificate.ts'
import { fetchingOf, storeFailure, storeFetched } from '../../src/domains/fetching.ts'
import {
  removeCertificate,
  requestCertificate,
  uploadCertificate,
} from '../../src/domains/https.ts'
import { renewDue } from '../../src/domains/renewal.ts'
import { certificates } from '../../src/domains/schema.ts'
import { Conflict, Forbidden, NotFound } from '../../src/errors.ts'
import { hosts } from '../../src/hosts/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { parts } from '../../src/runner/parts.ts'
import { domains, subscriptions } from '../../src/subscriptions/schema.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'
import { shopkeepers } from './cast.ts'
import { aCertificate } from './pem.ts'

const db = ownDatabase()
const sealingKey = Buffer.alloc(32, 7)
const web = webApp(db, { sealingKey })
const pem = aCertificate(['shop.test', '*.shop.test'])
const other = aCertificate(['other.test'])

let people: Awaited<ReturnType<typeof shopkeepers>>
let id: number
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
  const [main] = await db().select().from(domains)
  id = main!.id
})

const site = async () => {
  const [document] = await wantedDocuments(db(), parts, [people.shop.id], sealingKey)
  return document && 'sites' in document ? document.sites[0]! : undefined
}
const stored = async () =>
  (await db().select().from(certificates).where(eq(certificates.domainId, id)))[0]!
const upload = (typed = pem, actor = people.cato.actor) =>
  uploadCertificate(db(), sealingKey, actor, id, { chain: typed.chain, key: typed.key })

test('an uploaded certificate reaches the document, and its key nothing else', async () => {
  await upload({ ...pem, chain: `rubbish\n${pem.chain}\n${pem.authority}` })

  const wanted = (await site())!.certificate!
  expect(SiteCertificate.parse(wanted)).toEqual(wanted)
  expect(wanted.chain).toBe(pem.chain + pem.authority)
  expect(await stored()).toMatchObject({
    source: 'uploaded',
    issuer: 'Test authority',
    names: ['shop.test', '*.shop.test'],
  })
  const secret = wanted.key.split('\n')[1]!
  for (const table of [certificates, jobs, auditEntries, domains]) {
    const rows = await db().select().from(table)
    expect(
      JSON.stringify(rows, (_, v) => (v?.type === 'Buffer' ? String(v.data) : v)),
    ).not.toContain(secret)
  }
  await removeCertificate(db(), people.cato.actor, id)
  expect((await site())!.certificate).toBeUndefined()
})

test.each([
  ['key', { ...pem, key: other.key }, 'does not belong'],
  ['chain', other, 'is for {names}, not for {domain}'],
  ['chain', { ...pem, chain: pem.chain + other.authority }, 'does not vouch'],
  ['chain', { ...pem, chain: pem.authority + pem.chain, key: pem.key }, ''],
  ['chain', { ...pem, chain: '' }, 'as PEM text'],
  ['chain', { ...pem, chain: pem.chain.replace(/[A-Za-z]{20}/, '') }, 'not whole'],
  ['key', { ...pem, key: 'rubbish' }, 'as PEM text'],
  ['key', { ...pem, key: pem.key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') }, 'password'],
])('what is wrong with the %s is said', (field, typed, reason) => {
  const read = () => readCertificate('shop.test', typed)
  expect(read).toThrow(reason)
  if (reason) expect(read).toThrow(expect.objectContaining({ field }))
})

test('a short key and one of a kind that servers do not take are refused', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const odd = generateKeyPairSync('ed25519').privateKey
  for (const key of [short, odd]) {
    const text = key.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(() => readCertificate('shop.test', { ...pem, key: text })).toThrow(
      expect.objectContaining({ field: 'key' }),
    )
  }
})

test('only whose domain it is, and only with a plan that gives it', async () => {
  await expect(upload(pem, people.cleo.actor)).rejects.toThrow(NotFound)
  await db()
    .update(subscriptions)
    .set({ values: { ...people.shop.values, https: false } })
  await expect(upload()).rejects.toThrow(Forbidden)
})

test('a certificate that is fetched, fails, comes and is due again', async () => {
  const request = () => requestCertificate(db(), sealingKey, people.cato.actor, id)
  await expect(request()).rejects.toThrow(Conflict) // in the sandbox
  await db().update(hosts).set({ kind: 'ssh' })
  await request()
  expect((await site())!.acme).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const waiting = (await fetchingOf(db(), sealingKey, id))!
  expect(waiting).toMatchObject({ ready: false, order: { names: ['shop.test', 'www.shop.test'] } })
  expect(waiting.order.accountKey).toContain('PRIVATE KEY')
  await db()
    .update(subscriptions)
    .set({ appliedGeneration: people.shop.generation + 1 })
  expect(await fetchingOf(db(), sealingKey, id)).toMatchObject({ ready: true })

  await storeFailure(db(), id, 'No A record for shop.test')
  const cato = await web.as(people.cato)
  expect(await cato.read(`/domains/${id}/certificate`)).toContain('No A record for shop.test')
  expect(await cato.read('/domains')).toContain('Certificate failed')

  await storeFetched(db(), sealingKey, id, readCertificate('shop.test', pem))
  const kept = await stored()
  expect(kept).toMatchObject({ failures: 0, lastError: '' })
  const days = (kept.dueAt!.getTime() - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(19)
  expect(days).toBeLessThan(21)
  expect((await site())!.certificate).toBeDefined()

  expect(await renewDue(db())).toBe(0)
  await db().delete(jobs)
  await db()
    .update(certificates)
    .set({ dueAt: new Date(0) })
  expect([await renewDue(db()), await renewDue(db())]).toEqual([1, 0])
  expect(await db().select().from(jobs)).toMatchObject([
    { kind: 'certificates.fetch', payload: { domainId: id } },
  ])
})

test('a refused upload keeps the chain and not the key', async () => {
  const cato = await web.as(people.cato)
  const answer = await cato.post(`/domains/${id}/certificate`, {
    chain: other.chain,
    key: other.key,
  })
  expect(answer.status).toBe(422)
  const text = await answer.text()
  expect(text).toContain('is for other.test, not for shop.test')
  expect(text).toContain('BEGIN CERTIFICATE')
  expect(text).not.toContain(other.key.split('\n')[1])
})
