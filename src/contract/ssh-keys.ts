import * as z from 'zod/mini'

export const MAX_SSH_KEYS = 50

/** What sshd of Debian takes and nobody has broken; DSA and short RSA are neither (F-55). */
export const sshKeyTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
] as const

/** One bare key: no options, no comment, nothing that could begin another line. */
export const SshKeys = z
  .array(
    z.strictObject({
      type: z.enum(sshKeyTypes),
      blob: z.string().check(z.regex(/^[A-Za-z0-9+/]{40,4000}={0,2}$/)),
    }),
  )
  .check(z.maxLength(MAX_SSH_KEYS))
export type SshKeys = z.infer<typeof SshKeys>
