import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Ids {
  uid?: number
  gid?: number
}

/** Postgres refuses to run as root: then it runs as `postgres` or `nobody`. */
export function unprivilegedIds(): Ids {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: numberOf('-u', name), gid: numberOf('-g', name) }
    } catch {
      // no such user here, try the next
    }
  }
  throw new Error(
    'Postgres does not run as root, and there is neither a user postgres nor nobody. Start Innkeeper as another user.',
  )
}

/** Can any user walk down to it? Root's home usually is closed. */
export function reachableByAll(path: string): boolean {
  const folder = dirname(path)
  if (!(statSync(folder).mode & 0o001)) return false
  return folder === dirname(folder) || reachableByAll(folder)
}

function numberOf(flag: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
}
