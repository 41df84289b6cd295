import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Innkeeper, start } from '../../src/server.ts'
import { type Look, launch, open } from '../browser/browser.ts'

/** The whole of Innkeeper as `npm start` starts it, on a folder of its own, and a browser. */
export function wholePanel() {
  let folder: string
  let panel: Innkeeper
  let browser: Awaited<ReturnType<typeof launch>>

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
    // The embedded database runs as another user, who has to get through.
    chmodSync(folder, 0o711)
    panel = await start({
      dataFolder: join(folder, 'data'),
      databaseUrl: null,
      host: '127.0.0.1',
      port: 0,
      origin: null,
      trustedProxies: [],
      webProcesses: 1,
    })
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await panel?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    adminPassword: () => panel.password!,
    sandboxFolder: () => join(folder, 'data'),
    open: (look: Look = {}) => open(browser, panel.url, look),
  }
}

export type Visit = Awaited<ReturnType<ReturnType<typeof wholePanel>['open']>>
