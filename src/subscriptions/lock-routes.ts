import { Hono } from 'hono'
import { z } from 'zod'
import { Invalid, Stale } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { type Difference, valueDifferences } from '../plans/differences.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertMayProvideFor, findSubscription } from './access.ts'
import { fingerprint, lockValues, unlockAndSync } from './lock.ts'
import { provided } from './provided.ts'
import type { Subscription } from './schema.ts'

const lock = '/subscriptions/:id{[1-9][0-9]{0,14}}/lock'

/** `seen` says which preview was confirmed. */
const lockForm = z.strictObject({
  change: oneOf(['lock', 'unlock']),
  seen: z.string().max(100).default(''),
})

export interface LockPage {
  subscription: Subscription
  domain: string
  /** null: custom */
  plan: { id: number; name: string } | null
  /** what unlocking would do */
  differences: Difference[]
  seen: string
  form: FailedForm | undefined
}

export const lockRoutes = new Hono<Env>()

  .get(lock, async (c) => page(c, 'subscriptions/lock', await lockPage(c)))

  // P-40, P-41
  .post(lock, async (c) => {
    let late = false
    const form = await attempt(c, lockForm, ({ change, seen }) =>
      set(c, change, seen).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        late = true
        throw new Invalid('', refusal.message)
      }),
    )
    if (!form.ok && late) return page(c, 'subscriptions/lock', await lockPage(c, form), 409)
    if (!form.ok) {
      return invalid(c, 'subscriptions/lock', 'subscriptions/lock', await lockPage(c, form))
    }
    if (form.result !== null) await c.var.jobs.finished(form.result, 1000)
    tell(c, form.values.change === 'lock' ? 'Locked.' : 'Unlocked: it follows its plan again.')
    return changed(c, `/subscriptions/${idOf(c)}`)
  })

const idOf = (c: C) => Number(c.req.param('id'))

const set = (c: C, change: 'lock' | 'unlock', seen: string): Promise<number | null> =>
  change === 'lock'
    ? lockValues(c.var.db, c.var.actor, idOf(c))
    : unlockAndSync(c.var.db, c.var.actor, idOf(c), seen)

async function lockPage(c: C, form?: FailedForm): Promise<LockPage> {
  const { db, actor } = c.var
  const { subscription, account } = await findSubscription(db, actor, idOf(c))
  assertMayProvideFor(actor, account)
  const given = await provided(db, subscription)
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    plan: given?.plan ?? null,
    differences: given ? valueDifferences(subscription.values, given.followed) : [],
    seen: given ? fingerprint(subscription, given) : '',
    form,
  }
}
