import type { Environment } from '../environment.ts'
import { drop, put, read } from '../files.ts'
import type { Tested } from '../system.ts'

/**
 * Writes a file that a service reads, and takes it back when the service would not start with all
 * its files as they are then, whoever wrote the bad one (F-155).
 *
 * @returns whether it was different, and the service has to read it
 * @throws {Error} naming the bad file; the service goes on with what it had
 */
export async function putTested(
  env: Environment,
  service: Tested,
  path: string,
  text: string,
): Promise<boolean> {
  const before = read(env, path)
  if (!put(env, path, text)) return false
  const trouble = await env.system.troubleWith(service)
  if (trouble === undefined) return true
  if (before === undefined) drop(env, path)
  else put(env, path, before)
  throw new Error(`${service} goes on with what it had: ${trouble}`)
}
