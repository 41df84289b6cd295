import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unlessGone } from '../files.ts'
import { FTP_SOCKET } from '../services/ftp.ts'
import { ASIDE } from '../services/home.ts'
import { MILTER_SOCKET } from '../services/virus-scan.ts'
import type { System } from '../system.ts'
import { sandboxDatabases } from './databases.ts'
import { sandboxDiskLimits } from './disk-limits.ts'
import { sandboxMail } from './mail.ts'
import { takeTurns } from './turns.ts'
import { sandboxUsage } from './usage.ts'
import { removeUsers, writeUsers } from './users.ts'

const socketFolders = [
  ...['/run/innkeeper/php', '/run/innkeeper/cgi', '/run/clamav', '/run/mysqld', '/run/innkeeper'],
  ...['/var/spool/postfix/private', '/var/spool/postfix/innkeeper'],
]

/** What a package would bring, as far as the agent looks at it. */
const filesOf: Record<string, string[]> = {
  'clamav-daemon': ['/run/clamav/clamd.ctl'],
  'proftpd-core': [FTP_SOCKET],
  'mariadb-server': ['/run/mysqld/mysqld.sock'],
  'clamav-milter': [MILTER_SOCKET],
  'dovecot-imapd': ['/usr/lib/dovecot/imap'],
  'dovecot-pop3d': ['/usr/lib/dovecot/pop3'],
  'dovecot-lmtpd': ['/var/spool/postfix/private/dovecot-lmtp'],
  mlmmj: ['/usr/bin/mlmmj-receive'],
  fcgiwrap: ['/usr/sbin/fcgiwrap'],
  perl: ['/usr/bin/perl'],
}

/** The files of a system without a system: what runs on a host is left out. */
export function sandboxSystem(root: string): System {
  const sockets = join(root, 'run/innkeeper/php')
  const socketOf = (instance: string) => join(sockets, `${instance}.sock`)

  const stop = async (instances: string[]) => {
    for (const instance of instances) rmSync(socketOf(instance), { force: true })
  }

  const cgiSocketOf = (unit: string) => {
    const name = unit.slice(unit.indexOf('@') + 1).replace(/\.(?:socket|service)$/, '')
    return join(root, `run/innkeeper/cgi/${name}.sock`)
  }
  const socketsIn = (folder: string) =>
    (unlessGone(() => readdirSync(join(root, folder))) ?? []).map((file) => join(folder, file))
  const lay = (file: string) => {
    mkdirSync(join(root, dirname(file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }

  return {
    exclusive: (work) => takeTurns(root, work),
    writeUsers: async (changes) => writeUsers(root, changes),
    removeUsers: async (names) => removeUsers(root, names),
    running: () => new Set(),
    async endProcesses() {},
    loadNginx: async () => undefined,
    troubleWith: async () => undefined,
    phpTrouble: async () => undefined,

    ...sandboxDiskLimits(root),

    async makeDocumentRoots(_owner, folders, page) {
      for (const folder of folders) {
        const aside = join(root, folder, '../.innkeeper-new')
        rmSync(aside, { recursive: true, force: true })
        mkdirSync(aside, { recursive: true })
        writeFileSync(join(aside, 'index.html'), page)
        renameSync(aside, join(root, folder))
      }
    },

    listening: () => new Set(socketFolders.flatMap(socketsIn)),
    async startSockets(instances) {
      for (const instance of instances) writeFileSync(socketOf(instance), '')
    },
    async restartServices() {},
    retireUnits: stop,
    killUnits: stop,
    async startUnits(units) {
      for (const unit of units) writeFileSync(cgiSocketOf(unit), '')
    },
    async stopUnits(units) {
      for (const unit of units) rmSync(cgiSocketOf(unit), { force: true })
    },
    async makeFolders(_owner, folders) {
      for (const folder of folders) mkdirSync(join(root, folder), { recursive: true })
    },
    isFolder: (path) => existsSync(join(root, path)),
    isThere: (path) => existsSync(join(root, path)),
    ...sandboxUsage(root),
    databaseServer: sandboxDatabases(root),
    async restartUnits() {},
    ...sandboxMail(root),

    async installPackages(packages, step) {
      await step('apt-get install', async () => {
        for (const name of packages) for (const file of filesOf[name] ?? []) lay(file)
        return ''
      })
    },
    async enableUnits() {},
    log() {},

    async emptyTrash() {
      const folder = join(root, ASIDE)
      const trash = unlessGone(() => readdirSync(folder)) ?? []
      for (const name of trash)
        if (/^(?:trash|mail)-/.test(name))
          await rm(join(folder, name), { recursive: true, force: true })
    },
  }
}
