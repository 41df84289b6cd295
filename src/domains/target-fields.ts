import { domainToASCII } from 'node:url'
import { eq, or, type SQL } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C } from '../web/env.ts'
import { contains } from '../web/list.ts'
import type { FailedForm } from '../web/respond.ts'
import { mostTargets, type Target, targets } from './targets.ts'

/** What `views/domains/_targets.eta` asks with: where does the new thing belong? */
export interface TargetChoice {
  targets: Target[]
  /** there are more than are shown: one searches */
  more: boolean
  q: string
}

/** Those that match the `q` of the address; one that is chosen already stays in sight. */
export async function targetChoice(c: C, chosen = ''): Promise<TargetChoice> {
  const q = (c.req.query('q') ?? '').trim().slice(0, 100)
  const found = await targets(c.var.db, c.var.actor, narrowed(q, chosen))
  return { targets: found.slice(0, mostTargets), more: found.length > mostTargets, q }
}

/** The one that the address or the form names; null where that is no number one could have. */
export function namedTarget(c: C, form?: FailedForm): number | null {
  const named = String(c.req.query('subscription') ?? form?.values.subscription ?? '')
  return /^[1-9][0-9]{0,14}$/.test(named) ? Number(named) : null
}

/** Nobody is asked to choose from one. */
export const onlyTarget = ({ targets, q }: TargetChoice): number | undefined =>
  q === '' && targets.length === 1 ? targets[0]!.id : undefined

function narrowed(q: string, chosen: string): SQL | undefined {
  const one = /^[1-9][0-9]{0,14}$/.test(chosen) ? eq(subscriptions.id, Number(chosen)) : undefined
  if (q === '') return one
  return or(
    contains(subscriptions.domain, q),
    contains(subscriptions.domain, domainToASCII(q) || q),
    contains(subscriptions.systemUser, q),
    contains(accounts.name, q),
  )
}
