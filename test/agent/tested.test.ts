import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Environment } from '../../src/agent/environment.ts'
import { sandboxSystem } from '../../src/agent/sandbox/system.ts'
import { putTested, tookOver } from '../../src/agent/setup/tested.ts'

let root: string
let env: Environment
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'innkeeper-tested-'))
  mkdirSync(join(root, 'etc'))
  env = { root, real: false, system: sandboxSystem(root) }
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const file = '/etc/innkeeper.conf'
const written = () => readFileSync(join(root, file), 'utf8')
const put = (text: string) => putTested(env, 'nginx', file, text)
const refuse = (words: string | undefined) => {
  env.system.troubleWith = async () => words
}

test('a service reads a new file once', async () => {
  expect(await put('new')).toBe(true)
  tookOver(env, 'nginx')
  expect(await put('new')).toBe(false)
})

// F-141
test('what an agent wrote before it died is read after the next one', async () => {
  await put('new')
  expect(await put('new')).toBe(true)
  tookOver(env, 'nginx')
  expect(await put('new')).toBe(false)
})

test('also when it died while the service looked at it', async () => {
  env.system.troubleWith = () => Promise.reject(new Error('killed'))
  await expect(put('new')).rejects.toThrow('killed')
  refuse('a bad line')
  await expect(put('new')).rejects.toThrow('a bad line')
  refuse(undefined)
  expect(await put('new')).toBe(true)
})

// F-155
test('what the service does not take is as it was, and nothing is left to read', async () => {
  await put('old')
  tookOver(env, 'nginx')
  refuse('a bad line in /etc/foreign.conf')
  await expect(put('new')).rejects.toThrow('nginx goes on with what it had: a bad line')
  expect(written()).toBe('old')
  refuse(undefined)
  expect(await put('old')).toBe(false)
})
