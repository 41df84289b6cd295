import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '../../src/server.ts'

/** All of Innkeeper on a throw-away folder, with its own durable Postgres. */
export async function benchPanel() {
  const folder = mkdtempSync(join(tmpdir(), 'innkeeper-bench-'))
  chmodSync(folder, 0o711)
  const dataFolder = join(folder, 'data')
  const panel = await start({
    dataFolder,
    databaseUrl: null,
    host: '127.0.0.1',
    port: 0,
    origin: null,
    trustedProxies: [],
    webProcesses: 2,
  })
  return {
    ...panel,
    dataFolder,
    async [Symbol.asyncDispose]() {
      await panel.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
