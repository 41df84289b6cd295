import { mkdirSync } from 'node:fs'
import type { LiveDocument } from '../../contract/document.ts'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { drop, list, put, read } from '../files.ts'
import { each, fail, isLive, isOpen, noted, type Task, together } from '../task.ts'
import { trouble } from '../trouble.ts'
import { settleOverLimit } from './over-limit.ts'

/** Lines of each customer, put together into the one file that ProFTPD reads at every login. */
export const FTP_LINES = '/var/lib/innkeeper/ftp'
export const FTP_LOGINS = '/etc/proftpd/innkeeper.passwd'
/** Where ProFTPD takes orders, which nobody gives: it is there while the server runs with our file. */
export const FTP_SOCKET = '/run/innkeeper/proftpd.sock'

export const canServeFtp = ({ system }: Environment): boolean => system.listening().has(FTP_SOCKET)

/** Nothing is reloaded: who logs in next is looked up anew, and who is suspended has no line. */
export async function applyFtp(batch: Batch): Promise<void> {
  const { env, tasks, abilities } = batch
  if (!abilities.servesFtp) return
  mkdirSync(at(env, FTP_LINES), { recursive: true, mode: 0o700 })
  const changed: Task[] = []
  await each(tasks, (task) => {
    const { name } = task.document.user
    const path = `${FTP_LINES}/${name}`
    const foreign = loginsOf(task).find((login) => !login.name.startsWith(`${name}_`))
    if (foreign) return fail(task, trouble('foreignFtpLogin', { name: foreign.name }))
    const lines = isLive(task) && task.document.state === 'active' ? linesOf(task.document) : ''
    const different = lines === '' ? drop(env, path) : put(env, path, lines, { mode: 0o600 })
    if (different) changed.push(task)
  })
  const rest = changed.filter(isOpen)
  for (const task of rest) noted(task, 'ftp')
  await together(rest, async () => {
    // also when nothing differs: a crash may have come between the lines and the file
    const whole = list(env, FTP_LINES)
      .sort()
      .map((name) => read(env, `${FTP_LINES}/${name}`))
    put(env, FTP_LOGINS, whole.join(''), { mode: 0o600 })
    settleOverLimit(batch)
  })
}

/** Folders of further logins are made as the customer, and only if he has none there. */
export async function makeFtpFolders({ env, tasks, abilities, step }: Batch): Promise<void> {
  if (!abilities.servesFtp) return
  const active = tasks.filter(isLive).filter(({ document }) => document.state === 'active')
  const lacking = active.filter((task) => foldersOf(env, task).length > 0)
  if (lacking.length === 0) return
  await step('FTP folders', () =>
    each(lacking, async (task) => {
      const { name, uid } = task.document.user
      await env.system.makeFolders({ name, uid, webGid: uid }, foldersOf(env, task))
      noted(task, 'ftp folder')
    }),
  )
}

const loginsOf = (task: Task) => (isLive(task) ? (task.document.ftp?.logins ?? []) : [])

function foldersOf(env: Environment, task: Task<LiveDocument>): string[] {
  const home = `/home/${task.document.user.name}`
  const folders = loginsOf(task).filter(({ folder }) => folder !== '')
  return [...new Set(folders.map(({ folder }) => `${home}/${folder}`))].filter(
    (folder) => !env.system.isFolder(folder),
  )
}

/** S-35: the system user with its own password, then the further logins, all with its number. */
function linesOf({ user, ftp }: LiveDocument): string {
  const { name, uid, passwordHash } = user
  const home = `/home/${name}`
  const logins = [{ name, folder: '', passwordHash }, ...(ftp?.logins ?? [])]
  return logins
    .map((login) => {
      const folder = login.folder === '' ? home : `${home}/${login.folder}`
      return `${login.name}:${login.passwordHash}:${uid}:${uid}::${folder}:/bin/false\n`
    })
    .join('')
}
