import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { at, type Environment } from './environment.ts'
import { markDirty } from './marks.ts'

export interface PutOptions {
  mode?: number
  /** Marked before the change, so that a crash before the reload is not forgotten. */
  mark?: string | undefined
  /** root's own else */
  gid?: number | undefined
}

/** Writes a file of root's whole or not at all. @returns whether it was different */
export function put(
  env: Environment,
  path: string,
  text: string | Buffer,
  { mode = 0o644, mark, gid = 0 }: PutOptions = {},
): boolean {
  const bytes = Buffer.from(text)
  if (readBytes(env, path)?.equals(bytes)) {
    if (env.real) restrict(at(env, path), mode, gid)
    dropAside(env, path)
    return false
  }
  if (mark) markDirty(env, mark)
  dropAside(env, path)
  const aside = asideOf(at(env, path))
  const fd = openSync(aside, 'wx', mode)
  try {
    writeFileSync(fd, bytes)
    fchmodSync(fd, mode)
    if (env.real) fchownSync(fd, 0, gid)
    if (env.real) fdatasyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(aside, at(env, path))
  return true
}

/** What is left of a writing that was killed in the middle. */
export const dropAside = (env: Environment, path: string) =>
  rmSync(asideOf(at(env, path)), { force: true })

/** What an older agent wrote may be open to more people than it has to be. */
function restrict(file: string, mode: number, gid: number): void {
  const have = lstatSync(file)
  if (have.gid !== gid) chownSync(file, 0, gid)
  if ((have.mode & 0o7777) !== mode) chmodSync(file, mode)
}

/** @returns whether there was such a file */
export function drop(env: Environment, path: string, mark?: string): boolean {
  dropAside(env, path)
  if (!exists(env, path)) return false
  if (mark) markDirty(env, mark)
  rmSync(at(env, path), { force: true })
  return true
}

export function read(env: Environment, path: string): string | undefined {
  return readBytes(env, path)?.toString()
}

export function readBytes(env: Environment, path: string): Buffer | undefined {
  return unlessGone(() => readFileSync(at(env, path)))
}

/** Changes a file, of the same length, for those too who have it open. */
export function overwrite(env: Environment, path: string, bytes: Buffer): void {
  if (readBytes(env, path)?.equals(bytes)) return
  const fd = openSync(at(env, path), 'r+')
  try {
    writeSync(fd, bytes)
  } finally {
    closeSync(fd)
  }
}

/** Names in a folder; none when there is no such folder. */
export function list(env: Environment, path: string): string[] {
  return unlessGone(() => readdirSync(at(env, path))) ?? []
}

export function exists(env: Environment, path: string): boolean {
  return lstatSync(at(env, path), { throwIfNoEntry: false }) !== undefined
}

const asideOf = (file: string): string => join(dirname(file), `.${basename(file)}.new`)

/** A process can end between opening its /proc file and reading it: then the kernel says ESRCH. */
export function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
