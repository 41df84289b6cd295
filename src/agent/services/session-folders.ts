import { renameSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { exists } from '../files.ts'

/**
 * Folders that all may write to, of which each customer sees one of his own when he logs in; PHP and
 * CGI have their own by systemd. Nobody but root can come by their parents, so no file in them is
 * ever another customer's.
 */
export const SESSION_FOLDERS = '/var/lib/innkeeper-tmp'
export const sessionFolders = {
  '/tmp': `${SESSION_FOLDERS}/tmp`,
  '/var/tmp': `${SESSION_FOLDERS}/var-tmp`,
  '/dev/shm': `${SESSION_FOLDERS}/shm`,
}

/** How the folder of somebody who is gone begins. */
export const GONE = '.gone-'

/** Out of the way at once: the next one with this name must not find it. */
export function retireSessionFolders(env: Environment, name: string): void {
  for (const parent of Object.values(sessionFolders)) {
    const folder = `${parent}/${name}`
    if (!exists(env, folder)) continue
    renameSync(at(env, folder), at(env, `${parent}/${GONE}${process.hrtime.bigint()}`))
  }
}
