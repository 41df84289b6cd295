import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { at, type Environment } from './environment.ts'
import { drop, exists, list, put, read } from './files.ts'

/**
 * What must not be forgotten when the agent dies between a change and the moment the service that
 * reads it has taken it over: the service's mark, and the text it last took over.
 */
const DIRTY = '/var/lib/innkeeper/dirty'
const GOOD = '/var/lib/innkeeper/good'

export function markDirty(env: Environment, mark: string): void {
  if (isDirty(env, mark)) return
  mkdirSync(at(env, DIRTY), { recursive: true, mode: 0o700 })
  writeFileSync(at(env, `${DIRTY}/${mark}`), '')
}

export const isDirty = (env: Environment, mark: string): boolean => exists(env, `${DIRTY}/${mark}`)

export function clearDirty(env: Environment, mark: string): void {
  rmSync(at(env, `${DIRTY}/${mark}`), { force: true })
}

/** Remembers what a service serves now, before the first change; empty says there was no file. */
export function keepGood(env: Environment, service: string, name: string, path: string): void {
  const good = `${GOOD}/${service}-${name}`
  if (exists(env, good)) return
  mkdirSync(at(env, GOOD), { recursive: true, mode: 0o700 })
  put(env, good, read(env, path) ?? '', { mode: 0o600 })
}

/** @returns whether there was something to go back to */
export function restoreGood(env: Environment, service: string, name: string, path: string) {
  const good = `${GOOD}/${service}-${name}`
  const text = read(env, good)
  if (text === undefined) return false
  if (text === '') drop(env, path)
  else put(env, path, text)
  drop(env, good)
  return true
}

/** Names whose last good text is kept. */
export function keptGood(env: Environment, service: string): string[] {
  const prefix = `${service}-`
  return list(env, GOOD)
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length))
}

/** What is on disk is now what the service serves. */
export function accept(env: Environment, service: string): void {
  for (const name of keptGood(env, service)) drop(env, `${GOOD}/${service}-${name}`)
  clearDirty(env, service)
}
