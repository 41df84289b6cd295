import ssh2 from 'ssh2'
import { beforeEach, expect, test } from 'vitest'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { newKeyPair } from '../../src/hosts/connection/key-pair.ts'
import { parts } from '../../src/runner/parts.ts'
import { addKey, keysOf, removeKey } from '../../src/ssh-keys/keys.ts'
import { publicKey } from '../../src/ssh-keys/public-key.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { shopkeepers } from '../domains/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Awaited<ReturnType<typeof shopkeepers>>
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers(db())
})

const pair = newKeyPair()
const ed25519 = { ...pair, public: `${pair.public} cato@laptop` }
const add = (key: string, name = '', actor = people.cato.actor) =>
  addKey(db(), actor, people.shop.id, { name, key })
const wanted = async () => {
  const [document] = await wantedDocuments(db(), parts, [people.shop.id], Buffer.alloc(32))
  return document && 'sshKeys' in document ? document.sshKeys : undefined
}

test.each([
  ['ed25519', {}],
  ['ecdsa', { bits: 256 }],
  ['ecdsa', { bits: 521 }],
  ['rsa', { bits: 2048 }],
] as const)('a public key of %s %o', (kind, options) => {
  const pair =
    kind === 'ed25519' ? newKeyPair() : ssh2.utils.generateKeyPairSync(kind, options as never)
  const parsed = ssh2.utils.parseKey(pair.public)
  if (parsed instanceof Error) throw parsed
  const read = publicKey(`  ${pair.public}\n`)
  expect(read.blob).toBe(parsed.getPublicSSH().toString('base64'))
  expect(read.type).toBe(parsed.type)
})

test.each([
  // F-55
  [ed25519.private, 'private key'],
  [`command="id" ${ed25519.public}`, 'without options'],
  [`${ed25519.public}\n${ed25519.public}`, 'on one line'],
  [`ssh-dss ${'A'.repeat(400)}`, 'DSA'],
  [ed25519.public.replace(/A$|.$/, ''), ''],
  [`ssh-ed25519 ${'A'.repeat(16_000)}`, 'not whole'],
  [ed25519.public.replace('ssh-ed25519', 'ssh-rsa'), 'not whole'],
  [ssh2.utils.generateKeyPairSync('rsa', { bits: 1024 }).public, 'too short'],
  ['ssh-ed25519', 'not whole'],
  ['', 'public key such as'],
  ['<script>', 'public key such as'],
])('%s is refused', (typed, reason) => {
  if (reason) expect(() => publicKey(typed)).toThrow(reason)
})

test('a key is wanted on the host until it is taken away', async () => {
  await add(ed25519.public)
  const [key] = await keysOf(db(), people.shop.id)
  expect(key).toMatchObject({ name: 'cato@laptop', type: 'ssh-ed25519' })
  expect(await wanted()).toEqual([{ type: 'ssh-ed25519', blob: key!.blob }])
  await expect(add(`${ed25519.public} again`)).rejects.toThrow('there already')

  await removeKey(db(), people.rita.actor, people.shop.id, key!.id)
  expect(await wanted()).toBeUndefined()
  await expect(removeKey(db(), people.rita.actor, people.shop.id, key!.id)).rejects.toThrow(
    NotFound,
  )
})

test('only whose subscription it is, and nobody in their name', async () => {
  await expect(add(ed25519.public, '', people.cleo.actor)).rejects.toThrow(NotFound)
  const { cato, rita } = people
  await expect(add(ed25519.public, '', { ...cato.actor, role: 'mail' })).rejects.toThrow(Forbidden)
  const impersonated = { ...cato.actor, impersonator: { ...rita.actor, loginId: rita.login.id } }
  await expect(add(ed25519.public, '', impersonated)).rejects.toThrow(Forbidden) // F-119
})

test('the page warns of a private key and does not send it back', async () => {
  const cato = await web.as(people.cato)
  const url = `/subscriptions/${people.shop.id}/ssh-keys`
  const answer = await cato.post(url, { key: ed25519.private, name: 'Laptop' })
  expect(answer.status).toBe(422)
  const text = await answer.text()
  expect(text).toContain('This is a private key')
  expect(text).toContain('value="Laptop"')
  expect(text).not.toContain('BEGIN')

  expect((await cato.post(url, { key: ed25519.public, name: '' })).status).toBe(303)
  expect(await cato.read(url)).toContain('SHA256:')
})
