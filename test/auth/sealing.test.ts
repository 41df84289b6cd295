import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sealedSecrets } from '../../src/auth/schema.ts'
import {
  forgetExpiredSecrets,
  keepSecret,
  readSecret,
  sealingKey,
  takeSecret,
} from '../../src/auth/sealing.ts'
import { open, seal } from '../../src/secrets/seal.ts'
import { ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const of = { purpose: 'credentials', objectId: 7, loginId: 3 }
let folder: string
let key: Buffer

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'innkeeper-key-'))
  key = sealingKey(folder)
  await db().delete(sealedSecrets)
})
afterEach(() => rmSync(folder, { recursive: true }))

const keep = (text: string, minutes = 15) =>
  db().transaction((tx) => keepSecret(tx, key, { ...of, text, minutes }))

test('the key is made once, for us alone', () => {
  expect(sealingKey(folder)).toEqual(key)
  expect(statSync(join(folder, 'sealing-key')).mode & 0o777).toBe(0o600)
})

test('a key that others can read is refused, and so is a damaged one', () => {
  // F-190
  chmodSync(join(folder, 'sealing-key'), 0o644)
  expect(() => sealingKey(folder)).toThrow(/Others can read .*chmod 600/)

  writeFileSync(join(folder, 'sealing-key'), 'short')
  chmodSync(join(folder, 'sealing-key'), 0o600)
  expect(() => sealingKey(folder)).toThrow(/damaged/)
})

test('what is sealed opens with its key and for its purpose only', () => {
  const sealed = seal(key, 'pässword', 'host 1')

  expect(open(key, sealed, 'host 1')).toBe('pässword')
  expect(sealed.toString('latin1')).not.toContain('ssword')
  expect(() => open(key, sealed, 'host 2')).toThrow()
  expect(() => open(Buffer.alloc(32), sealed, 'host 1')).toThrow()
  expect(() => open(key, sealed.with(30, sealed[30]! ^ 1) as Buffer, 'host 1')).toThrow()
  expect(() => open(key, Buffer.alloc(5), 'host 1')).toThrow()
})

test('a secret is given out once, however many ask at once', async () => {
  // F-52
  await keep('geheim')
  const answers = await Promise.all([1, 2, 3, 4].map(() => takeSecret(db(), key, of)))

  expect(answers.filter(Boolean)).toEqual(['geheim'])
  expect(await db().select().from(sealedSecrets)).toEqual([])
})

test('only the login it was kept for takes it', async () => {
  await keep('geheim')

  expect(await takeSecret(db(), key, { ...of, loginId: 4 })).toBeUndefined()
  expect(await takeSecret(db(), key, { ...of, loginId: null })).toBeUndefined()
  expect(await takeSecret(db(), key, of)).toBe('geheim')
})

test('a newer secret replaces the older; reading leaves it there', async () => {
  await keep('old')
  await keep('new')

  expect(await readSecret(db(), key, of)).toBe('new')
  expect(await takeSecret(db(), key, of)).toBe('new')
  expect(await takeSecret(db(), key, of)).toBeUndefined()
})

test('an expired secret is not given out, and swept away', async () => {
  await keep('geheim')
  await db().update(sealedSecrets).set({ expiresAt: sql`now() - interval '1 second'` })

  expect(await takeSecret(db(), key, of)).toBeUndefined()
  await forgetExpiredSecrets(db())
  expect(await db().select().from(sealedSecrets)).toEqual([])
})

test('the table alone shows nothing of it', async () => {
  // F-187
  await keep('sEcReT-42')
  const [row] = await db().execute(sql`select s::text as text from sealed_secrets s`)
  const hex = Buffer.from('sEcReT-42').toString('hex')

  expect(row!.text).not.toContain('sEcReT-42')
  expect(row!.text).not.toContain(hex)
})
