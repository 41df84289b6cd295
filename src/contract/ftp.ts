import * as z from 'zod/mini'
import { PasswordHash } from './password-hash.ts'

/** `cato_photos`: the system user's name, then one of its own without another underscore. */
export const FtpName = z.string().check(z.regex(/^[a-z][a-z0-9]{0,30}_[a-z0-9]{1,30}$/))

const part = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}'

/** A folder below the home; no part begins with a dot, so there is no way up. Empty = all of the home. */
export const FtpFolder = z
  .string()
  .check(z.maxLength(400), z.regex(new RegExp(`^(?:${part}(?:/${part}){0,9})?$`)))

/** The further logins; the system user's own comes with the subscription (S-35). */
export const Ftp = z.strictObject({
  /** how many further ones the plan promises, null = unlimited */
  promised: z.nullable(z.int().check(z.minimum(0))),
  logins: z
    .array(z.strictObject({ name: FtpName, folder: FtpFolder, passwordHash: PasswordHash }))
    .check(z.maxLength(1000)),
})
export type Ftp = z.infer<typeof Ftp>
