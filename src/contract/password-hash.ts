import * as z from 'zod/mini'

/** SHA-512 crypt as `crypt(3)` writes it; nothing else can reach a host (F-45, F-46). */
export const PasswordHash = z
  .string()
  .check(z.regex(/^\$6\$(?:rounds=[1-9][0-9]{3,8}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/))
