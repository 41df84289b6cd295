import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeTurns } from '../../src/agent/sandbox/turns.ts'

// the panel may run as several processes, and they share a sandbox
test('another process waits until the folder is free, also when its holder dies', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-turns-'))
  const holder = fork(join(import.meta.dirname, 'turns-holder.ts'), [folder])
  try {
    await once(holder, 'message')
    let mine = false
    const turn = takeTurns(folder, async () => {
      mine = true
    })
    await takeTurns(`${folder}/other`, async () => {})
    expect(mine).toBe(false)
    holder.kill('SIGKILL')
    await turn
    expect(mine).toBe(true)
  } finally {
    holder.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})
