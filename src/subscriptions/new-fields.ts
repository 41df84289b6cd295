import { z } from 'zod'
import type { Db } from '../db/database.ts'
import { hostChoices } from '../hosts/placement.ts'
import { shownDomain, wasChanged } from '../names/domain.ts'
import { offeredPlans } from '../plans/access.ts'
import type { C } from '../web/env.ts'
import { checkbox, oneOf, optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { changed, tell } from '../web/respond.ts'
import type { Created, Own } from './creation.ts'
import { unsellable } from './sale.ts'

/** S-31, S-32 */
const ownStates = ['plan', 'on', 'off'] as const

/** What is sold and where it goes; in the form of a new customer too (P-63). */
export const placeFields = {
  /** looked at by names/domain.ts, which says what is wrong in words of its own */
  domain: z
    .string()
    .max(2000, 'Use at most {maximum} characters.')
    .default('')
    .transform((typed) => (typed.trim() === '' ? '' : typed)),
  plan: optionalReference().default(null),
  host: optionalReference().default(null),
  /** to a name below another account's */
  consent: checkbox(),
  virusScan: oneOf(ownStates).default('plan'),
  imap: oneOf(ownStates).default('plan'),
}

interface Switched {
  virusScan: (typeof ownStates)[number]
  imap: (typeof ownStates)[number]
}

/** What differs from the plan: a state that is said stays, whatever the plan has. */
export const ownOf = ({ virusScan, imap }: Switched): Own => ({
  ...(virusScan === 'plan' ? {} : { virusScan: virusScan === 'on' }),
  ...(imap === 'plan' ? {} : { imap: imap === 'on' }),
})

export async function planOptions(db: Db, sellerId: number): Promise<Option[]> {
  const plans = await offeredPlans(db, sellerId)
  return plans.map(({ id, name, title }) => ({ value: id, label: title || name }))
}

/** For a new sale: what its seller could not sell now says why, and cannot be chosen. */
export async function saleOptions({ var: { db, t } }: C, sellerId: number): Promise<Option[]> {
  const plans = await offeredPlans(db, sellerId)
  const short = await unsellable(db, sellerId, plans)
  return plans.map(({ id, name, title }) => {
    const [label, why] = [title || name, short.get(id)]
    if (!why) return { value: id, label }
    return { value: id, label: `${label} – ${t(why.sentence, why.words)}`, off: true }
  })
}

/** Machines are the admin's; for everybody else the best one is chosen. */
export async function hostOptions(c: C): Promise<Option[]> {
  const { db, actor, t } = c.var
  if (actor.kind !== 'admin') return []
  const hosts = await hostChoices(db)
  return hosts.map(({ id, name, kind }) => ({
    value: id,
    label: kind === 'sandbox' ? t('{name} (sandbox)', { name }) : name,
  }))
}

/** Usually the host is done before a person would notice; else the next page follows the job. */
export async function awaited(c: C, { subscription, jobId }: Created, typed: string) {
  if (wasChanged(typed, subscription.domain)) {
    tell(c, 'The domain was set up as {domain}.', { domain: shownDomain(subscription.domain) })
  }
  await c.var.jobs.finished(jobId, 1000)
  return changed(c, `/subscriptions/${subscription.id}/credentials`)
}
