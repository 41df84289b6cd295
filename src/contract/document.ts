import * as z from 'zod/mini'
import { Databases } from './databases.ts'
import { Ftp } from './ftp.ts'
import { Mail } from './mail.ts'
import { UserName } from './names.ts'
import { PasswordHash } from './password-hash.ts'
import { PhpSettings, Sites } from './sites.ts'
import { SshKeys } from './ssh-keys.ts'

/**
 * What is wanted of one subscription on one host. The panel writes it, the host checks it again with
 * this very schema. `strictObject`: a key one side does not know is an error, never ignored.
 */

/**
 * The panel gives uids (and equal gids) from one sequence for all hosts and never twice. This is the
 * widest range that neither Debian nor systemd (UIDS-GIDS) gives away: 60000 to 65535 are theirs, and
 * containers start at 524288. Wide, because a provider with 100,000 customers uses up many.
 */
export const MIN_UID = 65_536
export const MAX_UID = 524_287

const SubscriptionId = z.int().check(z.minimum(1))

/** Grows with every change of what is wanted; a host refuses to go back (hosts.md 4.4). */
const Generation = z.int().check(z.minimum(1))

const Uid = z.int().check(z.minimum(MIN_UID), z.maximum(MAX_UID))

export const Shell = z.enum(['off', 'limited', 'bash'])
export type Shell = z.infer<typeof Shell>

export const MAX_CPU_SECONDS = 86_400
export const MIN_PROCESSES = 5
export const MAX_PROCESSES = 10_000

/** Hold for the shell `limited` only; null = no such limit. */
const Limits = z.strictObject({
  /** CPU time one process may use, in seconds. */
  cpuSeconds: z.nullable(z.int().check(z.minimum(1), z.maximum(MAX_CPU_SECONDS))),
  /** Processes the user may have at once. */
  processes: z.nullable(z.int().check(z.minimum(MIN_PROCESSES), z.maximum(MAX_PROCESSES))),
})

const User = z.strictObject({
  name: UserName,
  uid: Uid,
  passwordHash: PasswordHash,
  shell: Shell,
  limits: Limits,
})

/**
 * What else was promised, beside user and sites. A host that cannot keep it says so, property by
 * property (P-49).
 */
const Promised = z.strictObject({
  /** bytes; null = unlimited */
  disk: z.nullable(z.int().check(z.minimum(0))),
  /** the file system itself must refuse what goes beyond `disk`; absent = it may be measured only */
  diskLimit: z.optional(z.literal('enforced')),
  /** programs of sites: `.pl` and `.cgi` */
  perl: z.boolean(),
  cgi: z.boolean(),
  virusScan: z.boolean(),
  spamFilter: z.optional(z.literal(true)),
  https: z.optional(z.boolean()),
})
export type Promised = z.infer<typeof Promised>

/**
 * What a subscription contains, a section for each service. Wanted is what stands here: a section
 * that is absent says that nothing of it is to be left on the host.
 */
const contents = {
  sites: Sites,
  /** absent = as the host's PHP has them */
  phpSettings: z.optional(PhpSettings),
  databases: z.optional(Databases),
  ftp: z.optional(Ftp),
  mail: z.optional(Mail),
  sshKeys: z.optional(SshKeys),
}

export const LiveDocument = z.strictObject({
  id: SubscriptionId,
  generation: Generation,
  state: z.enum(['active', 'suspended']),
  user: User,
  promised: z.optional(Promised),
  ...contents,
})
export type LiveDocument = z.infer<typeof LiveDocument>
export type Contents = Pick<LiveDocument, keyof typeof contents>

export const RemovedDocument = z.strictObject({
  id: SubscriptionId,
  generation: Generation,
  state: z.literal('removed'),
  user: z.strictObject({ name: UserName, uid: Uid }),
})
export type RemovedDocument = z.infer<typeof RemovedDocument>

export const Document = z.discriminatedUnion('state', [LiveDocument, RemovedDocument])
export type Document = z.infer<typeof Document>
