import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MailSystem } from '../system.ts'

/** Tables, scripts and lists as files that nobody reads. */
export const sandboxMail = (root: string): MailSystem => ({
  async buildTables() {},
  postfixTrouble: async () => undefined,
  async reloadPostfix() {},
  async untilDovecotReads() {},
  async compileReplies() {},
  async endMailSessions() {},
  async writeList(folder, files) {
    for (const [name, text] of Object.entries(files)) {
      const file = join(root, folder, name)
      mkdirSync(dirname(file), { recursive: true })
      if (text === null) rmSync(file, { force: true })
      else writeFileSync(file, `${text}\n`)
    }
  },
  async setUpMail() {},
  async setUpVirusScan() {},
})
