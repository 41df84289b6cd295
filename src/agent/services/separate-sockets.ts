import type { Environment } from '../environment.ts'
import { exists } from '../files.ts'

/** Where the kernel shows the judges that are in force, by the question that they answer. */
export const JUDGES = '/sys/fs/bpf/innkeeper'
export const QUESTIONS = ['unix_stream_connect', 'unix_may_send'] as const

/** Whether no customer's program reaches a socket of another's. The sandbox has none. */
export function separatesSockets(env: Environment): boolean {
  return !env.real || QUESTIONS.every((question) => exists(env, `${JUDGES}/${question}`))
}
