import { systemNames } from '../audit/actor.ts'
import { reservedNames } from '../contract/names.ts'
import { Invalid } from '../errors.ts'

const plain = /^[a-z][a-z0-9._-]{0,31}$/
const mailLike = /^[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/
const MAX_LENGTH = 254

/**
 * The name somebody signs in with: usually the same as the e-mail address (M-7), else a word that can
 * be a system user too.
 *
 * @throws {Invalid} at `login`
 */
export function checkLoginName(name: string): void {
  if (name.includes('@')) {
    if (mailLike.test(name) && name.length <= MAX_LENGTH) return
    throw new Invalid('login', 'This is not an e-mail address in small letters.')
  }
  if (!plain.test(name)) {
    throw new Invalid(
      'login',
      'A user name starts with a letter and has at most 32 small letters, digits, dots, hyphens and underscores. An e-mail address will do as well.',
    )
  }
  if (reservedNames.has(name) || Object.hasOwn(systemNames, name))
    throw new Invalid('login', 'This user name is reserved.')
}
