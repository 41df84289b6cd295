import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { unlessGone } from '../files.ts'
import { ASIDE } from '../services/home.ts'
import type { System } from '../system.ts'
import { takeTurns } from './turns.ts'
import { removeUsers, writeUsers } from './users.ts'

/** The files of a system without a system: what runs on a host is left out. */
export function sandboxSystem(root: string): System {
  const sockets = join(root, 'run/innkeeper/php')
  const socketOf = (instance: string) => join(sockets, `${instance}.sock`)

  const stop = async (instances: string[]) => {
    for (const instance of instances) rmSync(socketOf(instance), { force: true })
  }

  return {
    exclusive: (work) => takeTurns(root, work),
    writeUsers: async (changes) => writeUsers(root, changes),
    removeUsers: async (names) => removeUsers(root, names),
    running: () => new Set(),
    async endProcesses() {},
    loadNginx: async () => undefined,

    async makeDocumentRoots(_owner, folders, page) {
      for (const folder of folders) {
        const aside = join(root, folder, '../.innkeeper-new')
        rmSync(aside, { recursive: true, force: true })
        mkdirSync(aside, { recursive: true })
        writeFileSync(join(aside, 'index.html'), page)
        renameSync(aside, join(root, folder))
      }
    },

    listening: () => new Set(readdirSync(sockets).map((file) => `/run/innkeeper/php/${file}`)),
    async startSockets(instances) {
      for (const instance of instances) writeFileSync(socketOf(instance), '')
    },
    async restartServices() {},
    retireUnits: stop,
    killUnits: stop,
    log() {},

    async emptyTrash() {
      const folder = join(root, ASIDE)
      const trash = unlessGone(() => readdirSync(folder)) ?? []
      for (const name of trash)
        if (name.startsWith('trash-'))
          await rm(join(folder, name), { recursive: true, force: true })
    },
  }
}
