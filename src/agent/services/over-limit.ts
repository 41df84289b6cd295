import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { drop, exists, put, read } from '../files.ts'
import { isLive, isOpen, isRemoved, type Task } from '../task.ts'
import { readDiskUses } from '../usage/disk.ts'
import { FTP_LOGINS } from './ftp.ts'

/** The disk limit of each customer in bytes, for the measuring between two runs. */
export const LIMITS = '/var/lib/innkeeper/disk-limits'
/** Whose home is over its limit: ProFTPD looks at each login who is in this group (S-62). */
export const FTP_GROUPS = '/etc/proftpd/innkeeper.group'
export const OVER_LIMIT = 'overlimit'

/** A group needs a number; nobody has this one. */
export const overLimitGroup = (members: string[]): string =>
  `${OVER_LIMIT}:x:65533:${members.join(',')}\n`

/**
 * Notes the limits, and judges those that have changed by what was measured last: a home may hold
 * millions of files, and all others wait for this host meanwhile. A timer of the host measures.
 */
export function settleOverLimit({ env, tasks }: Batch): void {
  mkdirSync(at(env, LIMITS), { recursive: true, mode: 0o700 })
  const changed = tasks.filter(isOpen).filter((task) => writeLimit(env, task))
  const uses = changed.length > 0 ? readDiskUses(env) : {}
  const homes = changed.map(({ document: { id, user } }) => {
    const { home, web } = uses[id] ?? { home: 0, web: 0 }
    return [user.name, home + web] as const
  })
  markOverLimit(env, new Map(homes))
}

/** Of all whose homes were measured; who may do what is settled for the others too. */
export function markOverLimit(env: Environment, homes: Map<string, number>): void {
  const found = [...homes].map(([name, bytes]) => [name, isBeyond(env, name, bytes)] as const)
  keep(env, new Map(found))
}

function isBeyond(env: Environment, name: string, bytes: number): boolean {
  const limit = read(env, `${LIMITS}/${name}`)
  return limit !== undefined && bytes > Number(limit)
}

function keep(env: Environment, found: Map<string, boolean>): void {
  // no FTP here
  if (!exists(env, dirname(FTP_GROUPS))) return
  const over = readOver(env)
  for (const [name, isOver] of found) {
    if (isOver) over.add(name)
    else over.delete(name)
  }
  put(env, FTP_GROUPS, groupOf(env, over), { mode: 0o600 })
}

/** @returns whether it is another than before */
function writeLimit(env: Environment, task: Task): boolean {
  const path = `${LIMITS}/${task.document.user.name}`
  const disk = isLive(task) ? (task.document.promised?.disk ?? null) : null
  if (isRemoved(task) || disk === null) return drop(env, path)
  return put(env, path, String(disk), { mode: 0o600 })
}

function readOver(env: Environment): Set<string> {
  const members = (read(env, FTP_GROUPS) ?? '').trim().split(':')[3] ?? ''
  const names = members.split(',').filter((name) => name !== '' && !name.includes('_'))
  return new Set(names)
}

/** With all their further logins, which write into the same home. */
function groupOf(env: Environment, over: Set<string>): string {
  const logins = (read(env, FTP_LOGINS) ?? '').split('\n').map((line) => line.split(':')[0]!)
  const members = logins.filter((login) => over.has(login.split('_')[0]!))
  return overLimitGroup(members)
}
