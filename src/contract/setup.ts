import * as z from 'zod/mini'
import { HostFacts } from './messages.ts'

/** What a host needs before `node agent.mjs setup` can prepare it; PHP and the rest may come later. */
export const requiredPackages = ['nodejs', 'openssh-server', 'sudo', 'nginx-light']

/** Given on standard input. One bare key: no options, no comment, no second line (F-55). */
export const SetupDocument = z.strictObject({
  publicKey: z.string().check(z.regex(/^ssh-ed25519 [A-Za-z0-9+/]{68}$/)),
})
export type SetupDocument = z.infer<typeof SetupDocument>

/** The login the panel comes with after setup; its key may run the agent and nothing else. */
export const CONTROL_LOGIN = 'innkeeper'

/** Answered as one line on standard output. */
export const SetupResult = z.object({
  ok: z.boolean(),
  /** What was not as it has to be and now is; empty = the host was prepared already. */
  changed: z.array(z.string().check(z.maxLength(255))).check(z.maxLength(100)),
  error: z.nullable(z.string().check(z.maxLength(4000))),
  facts: z.nullable(HostFacts),
})
export type SetupResult = z.infer<typeof SetupResult>
