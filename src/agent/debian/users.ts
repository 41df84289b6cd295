import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_UID } from '../../contract/document.ts'
import { CUSTOMERS, EXPIRED } from '../passwd.ts'
import { CommandFailed, must } from '../run.ts'
import type { System, UserChange } from '../system.ts'
import { killAll } from './processes.ts'

/** One user after the other: the tools lock the files for each. The hashes go in one, on standard input. */
export const writeUsers: System['writeUsers'] = async (changes, failed) => {
  const written: UserChange[] = []
  for (const change of changes) {
    try {
      if (change.have) await changeUser(change)
      else await addUser(change.want)
      written.push(change)
    } catch (error) {
      failed(change.want.name, error)
    }
  }
  const hashes = written
    .filter(({ have, want }) => have?.hash !== want.hash)
    .map(({ want }) => `${want.name}:${want.hash}\n`)
  if (hashes.length === 0) return
  await patiently(['chpasswd', '--encrypted'], hashes.join('')).catch((error) => {
    for (const { want } of written) failed(want.name, error)
  })
}

export const removeUsers: System['removeUsers'] = async (names, failed) => {
  for (const name of names) {
    await removeUser(name).catch((error) => failed(name, error))
  }
}

async function addUser({ name, uid, comment, home, shell, expires }: UserChange['want']) {
  await unlessDone(9, ['groupadd', '--gid', String(uid), '--', name])
  await patiently([
    'useradd',
    ...['--uid', String(uid), '--gid', name, '--groups', CUSTOMERS],
    ...['--no-create-home', '--home-dir', home, '--shell', shell, '--comment', comment],
    ...['--no-log-init', '--key', `UID_MAX=${MAX_UID}`],
    ...['--key', 'SUB_UID_COUNT=0', '--key', 'SUB_GID_COUNT=0'],
    ...(expires === EXPIRED ? ['--expiredate', '1970-01-02'] : []),
    ...['--', name],
  ])
}

async function changeUser({ have, want }: UserChange) {
  const words: string[] = []
  if (have?.shell !== want.shell) words.push('--shell', want.shell)
  if (have?.expires !== want.expires)
    words.push('--expiredate', want.expires === EXPIRED ? '1970-01-02' : '')
  if (have?.customer !== want.customer) words.push('--append', '--groups', CUSTOMERS)
  if (words.length > 0) await patiently(['usermod', ...words, '--', want.name])
}

/** userdel ends with 8 while something runs as the user, such as a job that cron has just begun. */
async function removeUser(name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await unlessDone(6, ['userdel', '--', name])
      // userdel takes the group along only where login.defs says so
      return await unlessDone(6, ['groupdel', '--', name])
    } catch (error) {
      if (!(error instanceof CommandFailed && error.code === 8) || attempt === 5) throw error
      await killAll(name)
    }
  }
}

/** Takes the one exit code that says it is so already. */
async function unlessDone(code: number, argv: [string, ...string[]]): Promise<void> {
  await patiently(argv).catch((error) => {
    if (!(error instanceof CommandFailed && error.code === code)) throw error
  })
}

/** Somebody else may hold the lock of /etc/passwd: the tools wait 15 s, then end with 1 (F-171). */
async function patiently(argv: [string, ...string[]], input?: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await must(argv, { input })
      return
    } catch (error) {
      if (!(error instanceof CommandFailed && error.code === 1) || attempt === 4) throw error
      await sleep(300)
    }
  }
}
