import { Forbidden } from '../errors.ts'
import type { Actor, LoginRole } from './actor.ts'

/** `mail`: mailboxes, aliases and mailing lists; `logins`: who else may enter; `hosting`: all else. */
export type Area = 'mail' | 'hosting' | 'logins'

/** The further logins of an account are its owner's to give. */
const changes: Record<LoginRole, readonly Area[]> = {
  owner: ['mail', 'hosting', 'logins'],
  full: ['mail', 'hosting'],
  mail: ['mail'],
  read: [],
}

/** The one place that says what a role may do; whose things they are is asked elsewhere. */
export const mayChange = (actor: Actor, area: Area): boolean => changes[actor.role].includes(area)

/** Who works as somebody else sees none of that person's secrets and changes no way in (F-119). */
export const maySeeSecrets = (actor: Actor): boolean => actor.impersonator === null

/** @throws {Forbidden} */
export function requireOwnHands(actor: Actor): void {
  if (!maySeeSecrets(actor)) throw new Forbidden(notAsSomebodyElse)
}

export const notAsSomebodyElse =
  'This cannot be done while you are logged in as somebody else. Go back to your own account first.'
