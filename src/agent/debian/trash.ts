import { readdirSync } from 'node:fs'
import { unlessGone } from '../files.ts'
import { run } from '../run.ts'
import { ASIDE } from '../services/home.ts'
import { GONE, sessionFolders } from '../services/session-folders.ts'

const SHARED_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm']

let emptying: Promise<void> | undefined
let isAskedAgain = false

/**
 * Deletes removed homes with what their owners left in folders that all may write to, and mail. What
 * is huge takes long: it is begun once, however often this is asked for meanwhile.
 */
export function emptyTrash(): Promise<void> {
  if (emptying) isAskedAgain = true
  emptying ??= emptyAll().finally(() => {
    emptying = undefined
  })
  return emptying
}

async function emptyAll(): Promise<void> {
  do {
    isAskedAgain = false
    await emptyOnce()
  } while (isAskedAgain)
}

async function emptyOnce(): Promise<void> {
  for (const name of entries(ASIDE)) {
    const uid = /^trash-([0-9]+)-[0-9]+$/.exec(name)?.[1]
    if (uid === undefined && !/^mail-[0-9]+$/.test(name)) continue
    if (uid !== undefined) await sweepShared(uid)
    await remove(`${ASIDE}/${name}`)
  }
  for (const parent of Object.values(sessionFolders))
    for (const name of entries(parent)) if (name.startsWith(GONE)) await remove(`${parent}/${name}`)
}

const entries = (folder: string): string[] => unlessGone(() => readdirSync(folder)) ?? []

/** It never goes through a link. */
async function remove(folder: string): Promise<void> {
  await run(['nice', 'rm', '-rf', '--one-file-system', '--', folder], { timeout: 0 })
}

/** As the customer, who can delete nothing but his own. */
async function sweepShared(uid: string): Promise<void> {
  const as = ['--reuid', uid, '--regid', uid, '--clear-groups']
  const his = ['-mindepth', '1', '-uid', uid, '-delete']
  await run(['setpriv', ...as, 'find', ...SHARED_FOLDERS, '-xdev', ...his], { timeout: 0 })
}
