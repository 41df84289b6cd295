import { mayChange } from '../audit/roles.ts'
import { onlyTarget, targetChoice } from '../domains/target-fields.ts'
import { Forbidden } from '../errors.ts'
import type { C } from '../web/env.ts'
import { changed, page } from '../web/respond.ts'

/** Which subscription it is for: asked where there are several, chosen by `?subscription=`. */
export async function targetOr(c: C, what: 'mailboxes' | 'mailing-lists', view: 'mail/new') {
  requireMayChange(mayChange(c.var.actor, 'mail'))
  const asked = c.req.query('subscription') ?? ''
  if (/^[1-9][0-9]{0,14}$/.test(asked)) return changed(c, `/subscriptions/${asked}/${what}/new`)
  const choice = await targetChoice(c)
  const only = onlyTarget(choice)
  return only ? changed(c, `/subscriptions/${only}/${what}/new`) : page(c, view, { choice, what })
}

export function requireMayChange(may: boolean): void {
  if (!may) throw new Forbidden('With this login you can look, but not change.')
}
