import { z } from 'zod'
import { maySell } from '../accounts/access.ts'
import { findPlan, offeredPlans } from '../plans/access.ts'
import { planRules } from '../plans/plan-list-fields.ts'
import { type Plan, planKinds } from '../plans/schema.ts'
import { planSource } from '../plans/source-fields.ts'
import { values as complete } from '../plans/values.ts'
import { planUseOf } from '../subscriptions/plan-users.ts'
import { oneOf } from '../web/fields.ts'
import { endpoint, idOf } from './endpoint.ts'
import { listQuery, pageOf } from './lists.ts'
import { id, listOf, moment, values } from './shapes.ts'

export const plan = z.object({
  id,
  ownerId: id,
  kind: z.enum(planKinds),
  name: z.string(),
  title: z.string(),
  values,
  hidden: z.boolean(),
  notForResellers: z.boolean(),
  uses: z.int().describe('How many have it. At most a thousand are counted.'),
  version: z.int(),
  createdAt: moment,
})

const offered = plan.omit({ uses: true })

const about = { group: 'Plans', for: 'sellers' } as const

export const planEndpoints = [
  endpoint({
    ...{ ...about, does: 'List', method: 'GET', path: '/plans' },
    query: listQuery(planRules),
    ...{ answer: listOf(plan), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, planSource)
      return { items: items.map((item) => ({ ...whole(item), uses: item.uses.count })), next }
    },
  }),

  // What may be sold now: also a provider's, which are not to be seen otherwise.
  endpoint({
    ...{ ...about, does: 'List what is on offer', method: 'GET', path: '/plans/offered' },
    query: z.strictObject({ kind: oneOf(planKinds).default('service') }),
    ...{ answer: z.object({ items: z.array(offered) }), status: 200 },
    run: async (c, { query: { kind } }) => {
      const { db, actor } = c.var
      const found = maySell(actor) ? await offeredPlans(db, actor.accountId, kind) : []
      return { items: found.map(whole) }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Show', method: 'GET', path: '/plans/{id}' },
    ...{ answer: plan, status: 200 },
    run: async (c) => {
      const { db, actor } = c.var
      const found = await findPlan(db, actor, idOf(c))
      return { ...whole(found), uses: (await planUseOf(db, found)).count }
    },
  }),
]

/** Also the properties that came after it was made. */
const whole = <P extends Plan>(found: P) => ({ ...found, values: { ...complete(found.values) } })
