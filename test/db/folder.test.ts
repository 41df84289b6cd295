import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeFolder } from '../../src/db/folder.ts'

const alone = { alone: true }

test('one panel at a time has a data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  writeFileSync(join(folder, 'innkeeper.pid'), String(process.ppid))

  expect(() => takeFolder(folder, alone)).toThrow(`process ${process.ppid}`)
  rmSync(folder, { recursive: true })
})

test('the lock of a killed panel is taken over, and given back at the end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  const { pid } = spawnSync('true')
  writeFileSync(join(folder, 'innkeeper.pid'), String(pid))

  takeFolder(folder, alone)()
  takeFolder(folder, alone)()
  rmSync(folder, { recursive: true })
})

test('a folder that cannot be written is one clear sentence', () => {
  expect(() => takeFolder('/etc/hostname/data', alone)).toThrow(
    'The data folder /etc/hostname/data cannot be written; set INNKEEPER_DATA to one that can.',
  )
})

test('with a database elsewhere several processes share it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  const first = takeFolder(folder, { alone: false })
  const second = takeFolder(folder, { alone: false })

  first()
  second()
  rmSync(folder, { recursive: true })
})
