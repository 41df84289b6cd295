import type { Environment } from '../environment.ts'
import { drop, put, read } from '../files.ts'
import { clearDirty, isDirty, markDirty } from '../marks.ts'
import type { Tested } from '../system.ts'

/**
 * Writes a file that a service reads, and takes it back when the service would not start with all
 * its files as they are then, whoever wrote the bad one (F-155). Say `tookOver` when it has read it:
 * an agent that dies before leaves a mark, and the next one finds it.
 *
 * @returns whether the service has to read it
 * @throws {Error} naming the bad file; the service goes on with what it had
 */
export async function putTested(
  env: Environment,
  service: Tested,
  path: string,
  text: string,
): Promise<boolean> {
  const before = read(env, path)
  if (before === text && !isDirty(env, markOf(service))) return false
  markDirty(env, markOf(service))
  put(env, path, text)
  const trouble = await env.system.troubleWith(service)
  if (trouble === undefined) return true
  // what an agent wrote before it died is all there is left, and stays to be looked at again
  if (before !== text) {
    if (before === undefined) drop(env, path)
    else put(env, path, before)
    tookOver(env, service)
  }
  throw new Error(`${service} goes on with what it had: ${trouble}`)
}

export const tookOver = (env: Environment, service: Tested): void =>
  clearDirty(env, markOf(service))

const markOf = (service: Tested) => `setup-${service}`
