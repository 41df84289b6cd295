import { and, asc, eq, not } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { mayChange } from '../audit/roles.ts'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { visibleSubscriptions } from '../subscriptions/access.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C } from '../web/env.ts'
import { changed, page } from '../web/respond.ts'

/** A subscription that may get one more. */
export interface Target {
  id: number
  domain: string
  customer: string
}

const mostTargets = 500

/** Which subscription it is for: asked where there are several, chosen by `?subscription=`. */
export async function targetOr(c: C, what: 'mailboxes' | 'mailing-lists', view: 'mail/new') {
  requireMayChange(mayChange(c.var.actor, 'mail'))
  const asked = c.req.query('subscription') ?? ''
  if (/^[1-9][0-9]{0,14}$/.test(asked)) return changed(c, `/subscriptions/${asked}/${what}/new`)
  const targets = await allTargets(c)
  return targets.length === 1
    ? changed(c, `/subscriptions/${targets[0]!.id}/${what}/new`)
    : page(c, view, { targets, what })
}

export function requireMayChange(may: boolean): void {
  if (!may) throw new Forbidden('With this login you can look, but not change.')
}

async function allTargets({ var: { db, actor } }: C): Promise<Target[]> {
  const rows = await db
    .select({ id: subscriptions.id, domain: subscriptions.domain, customer: accounts.name })
    .from(subscriptions)
    .innerJoin(accounts, eq(accounts.id, subscriptions.accountId))
    .where(and(visibleSubscriptions(db, actor), not(subscriptions.removing)))
    .orderBy(asc(subscriptions.domain))
    .limit(mostTargets)
  return rows.map((row) => ({ ...row, domain: shownDomain(row.domain) }))
}
