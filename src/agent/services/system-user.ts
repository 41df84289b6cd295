import type { LiveDocument } from '../../contract/document.ts'
import type { Batch } from '../batch.ts'
import type { Environment } from '../environment.ts'
import { drop } from '../files.ts'
import {
  commentOf,
  EXPIRED,
  type PasswdBook,
  type PasswdUser,
  readPasswd,
  SHELLS,
} from '../passwd.ts'
import { fail, isLive, isRemoved, noted, type Task } from '../task.ts'
import { trouble } from '../trouble.ts'
import { retireSessionFolders } from './session-folders.ts'

/** The user is there, with its password hash, shell and expiry. */
export async function applyUsers(batch: Batch, book: PasswdBook): Promise<void> {
  const { env } = batch
  const live = batch.tasks.filter(isLive)
  const pending = live.filter((task) => differs(book, task))
  if (pending.length === 0) return

  const changes = pending.map(({ document }) => ({
    have: book.users.get(document.user.name),
    want: wantedUser(document),
  }))
  for (const task of pending) for (const what of differences(book, task)) noted(task, what)
  await batch.step('Users', () => env.system.writeUsers(changes, failing(pending)))
  verify(env, pending)
}

/** The last of a subscription to go: while the user is there, everybody sees whose the files are. */
export async function removeUsers(batch: Batch): Promise<void> {
  const { env } = batch
  const book = readPasswd(env)
  const gone = batch.tasks.filter(isRemoved).filter((task) => isThere(book, task))
  if (gone.length === 0) return

  for (const task of gone) noted(task, 'user')
  const names = gone.map((task) => task.document.user.name)
  for (const name of names) {
    drop(env, `/var/mail/${name}`)
    drop(env, `/var/spool/cron/crontabs/${name}`)
    drop(env, `/var/lib/systemd/linger/${name}`)
    retireSessionFolders(env, name)
  }
  await batch.step('Remove users', () => env.system.removeUsers(names, failing(gone)))
}

/** A group alone is what a host leaves that lost its power while it made or removed the user. */
function isThere(book: PasswdBook, { document: { user } }: Task): boolean {
  return book.users.has(user.name) || book.gidOf.get(user.name) === user.uid
}

function wantedUser({ id, state, user }: LiveDocument): PasswdUser {
  const active = state === 'active'
  return {
    name: user.name,
    uid: user.uid,
    gid: user.uid,
    comment: commentOf(id),
    home: `/home/${user.name}`,
    shell: user.shell === 'off' ? SHELLS.off : SHELLS.on,
    hash: active ? user.passwordHash : `!${user.passwordHash}`,
    expires: active ? '' : EXPIRED,
    customer: true,
  }
}

const differs = (book: PasswdBook, task: Task<LiveDocument>): boolean =>
  differences(book, task).length > 0

function differences(book: PasswdBook, { document }: Task<LiveDocument>): string[] {
  const have = book.users.get(document.user.name)
  const want = wantedUser(document)
  if (!have) return ['user']
  const changed: string[] = []
  if (have.hash !== want.hash) changed.push('password')
  if (have.shell !== want.shell) changed.push('shell')
  if (have.expires !== want.expires) changed.push('expiry')
  if (have.customer !== want.customer) changed.push('group')
  return changed
}

/** Another writer of /etc/passwd may have undone what we wrote (F-171). */
function verify(env: Environment, tasks: Task<LiveDocument>[]): void {
  const book = readPasswd(env)
  for (const task of tasks)
    if (task.result.ok && differs(book, task))
      fail(task, trouble('changedByAnother', { name: task.document.user.name }))
}

const failing = (tasks: Task[]) => (name: string, error: unknown) => {
  const task = tasks.find(({ document }) => document.user.name === name)
  if (task) fail(task, error)
}
