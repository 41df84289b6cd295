import { Hono } from 'hono'
import { z } from 'zod'
import type { Some } from '../db/some.ts'
import { Forbidden } from '../errors.ts'
import { removePlan } from '../subscriptions/plan-removal.ts'
import { type PlanUser, planUseOf, planUsers } from '../subscriptions/plan-users.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, optionalReference } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findPlan, mayMakePlans, offeredPlans } from './access.ts'
import type { Plan } from './schema.ts'

const address = '/plans/:id{[1-9][0-9]{0,14}}/removal'

export interface RemovalPage {
  plan: Plan
  uses: Some
  /** some of them */
  users: PlanUser[]
  others: Plan[]
  form: FailedForm | undefined
}

const removalForm = z
  .strictObject({
    afterwards: oneOf(['move', 'custom', 'take']).optional(),
    plan: optionalReference().optional(),
  })
  .refine(({ afterwards, plan }) => afterwards !== 'move' || plan, {
    path: ['plan'],
    error: 'Choose the plan to move them to.',
  })

export const planRemovalRoutes = new Hono<Env>()

  .get(address, async (c) => page(c, 'plans/removal', await removal(c)))

  .post(address, async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, removalForm, ({ afterwards, plan }) =>
      removePlan(
        db,
        actor,
        number(c),
        afterwards === 'move' ? { moveTo: plan! } : (afterwards ?? null),
      ),
    )
    if (!form.ok) return invalid(c, 'plans/removal', 'plans/_removal', await removal(c, form))

    tell(c, 'Plan {name} was deleted.', { name: form.result.name })
    return changed(c, '/plans')
  })

async function removal(c: C, form?: FailedForm): Promise<RemovalPage> {
  const { db, actor } = c.var
  const plan = await findPlan(db, actor, number(c))
  if (!mayMakePlans(actor, plan.kind)) throw new Forbidden('You cannot delete this plan.')
  const offered = await offeredPlans(db, plan.ownerId, plan.kind)
  return {
    plan,
    uses: await planUseOf(db, plan),
    users: await planUsers(db, plan, 50),
    others: offered.filter(({ id }) => id !== plan.id),
    form,
  }
}

const number = (c: C) => Number(c.req.param('id'))
