import { chmodSync, lchownSync, lstatSync, mkdirSync, renameSync } from 'node:fs'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { drop, exists, list } from '../files.ts'
import { each, isLive, noted } from '../task.ts'
import { ASIDE } from './home.ts'
import type { MailChange } from './mail.ts'
import { customerFolder, listFolder, mailboxFolder, replyFile } from './mail-places.ts'

/** A folder for each mailbox, the customer's own; Dovecot works in it as the customer. */
export async function makeMailFolders({ env, tasks }: Batch): Promise<void> {
  await each(tasks.filter(isLive), (task) => {
    const { user, mail } = task.document
    if (!mail || mail.mailboxes.length === 0) return
    const made = [
      makeFolder(env, customerFolder(user.name), 0, user.uid, 0o710),
      ...mail.mailboxes.map(({ id }) =>
        makeFolder(env, mailboxFolder(user.name, id), user.uid, user.uid, 0o700),
      ),
    ]
    if (made.includes(true)) noted(task, 'mail folder')
  })
}

/** In folders of root's only, so nobody can have put something else into its place. */
function makeFolder(env: Environment, path: string, uid: number, gid: number, mode: number) {
  const folder = at(env, path)
  const have = lstatSync(folder, { throwIfNoEntry: false })
  if (have && (!env.real || (have.uid === uid && have.gid === gid))) return false
  if (!have) mkdirSync(folder, { recursive: !env.real })
  chmodSync(folder, mode)
  if (env.real) lchownSync(folder, uid, gid)
  return true
}

/** Out of the way at once; the bytes go after the answer. */
export function removeMailFolders({ env }: Batch, changes: MailChange[]): void {
  for (const { name, have, want } of changes) {
    const wanted = new Set(want?.boxes.map(String))
    for (const box of list(env, customerFolder(name)))
      if (!wanted.has(box)) throwAway(env, `${customerFolder(name)}/${box}`)
    if (wanted.size === 0) throwAway(env, customerFolder(name))

    const lists = new Set(want?.lists.map(({ id }) => id))
    for (const { id } of have?.lists ?? []) if (!lists.has(id)) throwAway(env, listFolder(id))
    for (const id of Object.keys(have?.replies ?? {}))
      if (!want?.replies[id]) for (const file of filesOf(Number(id))) drop(env, file)
  }
}

/** The script, and what Sieve made of it. */
const filesOf = (id: number): string[] => [
  replyFile(id),
  replyFile(id).replace(/\.sieve$/, '.svbin'),
]

function throwAway(env: Environment, path: string): void {
  if (!exists(env, path)) return
  mkdirSync(at(env, ASIDE), { recursive: true, mode: 0o700 })
  renameSync(at(env, path), at(env, `${ASIDE}/mail-${process.hrtime.bigint()}`))
}
