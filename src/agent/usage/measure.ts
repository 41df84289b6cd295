import type { Environment } from '../environment.ts'
import { markOverLimit } from '../services/over-limit.ts'
import { countTraffic } from './count-traffic.ts'
import { measureDisk } from './disk.ts'
import { subscribers } from './subscribers.ts'

/**
 * What a timer of the host does every few minutes, beside all other work: the panel only asks for it.
 *
 * @throws {Error} at its end, when traffic could not be counted
 */
export async function measure(env: Environment): Promise<void> {
  const who = subscribers(env)
  const trouble = await countTraffic(env, who).catch((error: unknown) => error)
  const uses = await measureDisk(env, who)
  const homes = who.all.flatMap(({ id, name }) => {
    const use = uses[id]
    return use ? [[name, use.home + use.web] as const] : []
  })
  await env.system.exclusive(async () => markOverLimit(env, new Map(homes)))
  if (trouble) throw trouble
}
