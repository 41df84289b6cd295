import { readdirSync } from 'node:fs'
import { unlessGone } from '../files.ts'
import { run } from '../run.ts'
import { ASIDE } from '../services/home.ts'

const SHARED_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm']

/** Deletes removed homes with what their owners left in folders that all may write to, and mail. */
export async function emptyTrash(): Promise<void> {
  for (const name of unlessGone(() => readdirSync(ASIDE)) ?? []) {
    const uid = /^trash-([0-9]+)-[0-9]+$/.exec(name)?.[1]
    if (uid === undefined && !/^mail-[0-9]+$/.test(name)) continue
    if (uid !== undefined) await sweepShared(uid)
    const folder = `${ASIDE}/${name}`
    await run(['rm', '-rf', '--one-file-system', '--', folder], { timeout: 0 })
  }
}

/** As the customer, who can delete nothing but his own. */
async function sweepShared(uid: string): Promise<void> {
  const as = ['--reuid', uid, '--regid', uid, '--clear-groups']
  const his = ['-mindepth', '1', '-uid', uid, '-delete']
  await run(['setpriv', ...as, 'find', ...SHARED_FOLDERS, '-xdev', ...his], { timeout: 0 })
}
