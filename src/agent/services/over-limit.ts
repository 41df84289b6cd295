import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { drop, exists, overwrite, put, read, readBytes } from '../files.ts'
import { readRecords } from '../records.ts'
import { isLive, isOpen, type Task } from '../task.ts'
import { readDiskUses } from '../usage/disk.ts'
import { FTP_LOGINS } from './ftp.ts'
import { type FtpQuota, limitTable, readTallies, tallyTable } from './ftp-tables.ts'

/** The disk limit of each customer in bytes, for the measuring between two runs. */
export const LIMITS = '/var/lib/innkeeper/disk-limits'
/** Whose home is over its limit: ProFTPD says so to each login who is in this group. */
export const FTP_GROUPS = '/etc/proftpd/innkeeper.group'
export const OVER_LIMIT = 'overlimit'
/** What each login may have and has, which ProFTPD compares at each upload (S-62). */
export const FTP_LIMITS = '/etc/proftpd/innkeeper.limits'
export const FTP_TALLIES = '/etc/proftpd/innkeeper.tallies'

/** A group needs a number; nobody has this one. */
export const overLimitGroup = (members: string[]): string =>
  `${OVER_LIMIT}:x:65533:${members.join(',')}\n`

/**
 * Notes the limits, and judges by what was measured last: a home may hold millions of files, and all
 * others wait for this host meanwhile. A timer of the host measures.
 */
export function settleOverLimit({ env, tasks }: Batch): void {
  mkdirSync(at(env, LIMITS), { recursive: true, mode: 0o700 })
  for (const task of tasks.filter(isOpen)) writeLimit(env, task)
  markOverLimit(env)
}

function writeLimit(env: Environment, task: Task): void {
  const path = `${LIMITS}/${task.document.user.name}`
  const disk = isLive(task) ? (task.document.promised?.disk ?? null) : null
  if (disk === null) drop(env, path)
  else put(env, path, String(disk), { mode: 0o600 })
}

/** @param homes the bytes of those that were measured just now, by system user */
export function markOverLimit(env: Environment, homes = new Map<string, number>()): void {
  // no FTP here
  if (!exists(env, dirname(FTP_GROUPS))) return
  const quotas = quotasOf(env, homes)
  const over = quotas.filter(({ used, limit }) => used >= limit)
  put(env, FTP_GROUPS, overLimitGroup(over.map(({ login }) => login)), { mode: 0o600 })
  put(env, FTP_LIMITS, limitTable(quotas), { mode: 0o600 })
  putTallies(env, quotas)
}

/** Of all logins, further ones too, as they write into the same home. */
function quotasOf(env: Environment, homes: Map<string, number>): FtpQuota[] {
  const counted = talliesOf(env)
  let before: Map<string, number> | undefined
  return loginsOf(env).flatMap((login) => {
    const name = login.split('_')[0]!
    const limit = read(env, `${LIMITS}/${name}`)
    if (limit === undefined) return []
    const now = homes.get(name) ?? counted.get(login)
    if (now === undefined) before ??= measuredHomes(env)
    return [{ login, limit: Number(limit), used: now ?? before?.get(name) ?? 0 }]
  })
}

const loginsOf = (env: Environment): string[] =>
  [...(read(env, FTP_LOGINS) ?? '').matchAll(/^[^:\n]+/gm)].map(([login]) => login)

const talliesOf = (env: Environment): Map<string, number> =>
  readTallies(readBytes(env, FTP_TALLIES) ?? Buffer.alloc(0))

function measuredHomes(env: Environment): Map<string, number> {
  const uses = readDiskUses(env)
  const homes = readRecords(env).flatMap(({ id, name }) => {
    const use = uses[id]
    return use ? [[name, use.home + use.web] as const] : []
  })
  return new Map(homes)
}

/** In place while the logins are the same: who is in has the file open, and reads it at each upload. */
function putTallies(env: Environment, quotas: FtpQuota[]): void {
  const same = [...talliesOf(env).keys()].join() === quotas.map(({ login }) => login).join()
  if (same && exists(env, FTP_TALLIES)) overwrite(env, FTP_TALLIES, tallyTable(quotas))
  else put(env, FTP_TALLIES, tallyTable(quotas), { mode: 0o600 })
}
