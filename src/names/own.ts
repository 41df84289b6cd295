import { Invalid } from '../errors.ts'

/** Letters and digits: without an underscore no two system users can mean the same name. */
const pattern = /^[a-z0-9]{1,30}$/

/**
 * The name of a database, its user or an FTP login: the system user's, an underscore and what was
 * typed. Who types the whole name means the same.
 *
 * @throws {Invalid} at `field`
 */
export function ownName(field: string, systemUser: string, typed: string): string {
  const prefix = `${systemUser}_`
  const own = typed.startsWith(prefix) ? typed.slice(prefix.length) : typed
  if (pattern.test(own)) return prefix + own
  throw new Invalid(field, 'Use 1 to 30 small letters and digits.')
}
