import { Hono } from 'hono'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, invalid, page, tell } from '../web/respond.ts'
import { findPlan, offeredPlans } from './access.ts'
import { capOf } from './contract.ts'
import { createPlan } from './creation.ts'
import { allowedKind, blank, newForm, present } from './plan-fields.ts'
import type { Plan } from './schema.ts'

export const planRoutes = new Hono<Env>()

  .get('/plans/new', async (c) => {
    const copied = await source(c)
    const kind = allowedKind(c, copied?.kind ?? c.req.query('kind'))
    return page(c, 'plans/edit', await blank(c, kind, { copied }))
  })

  .post('/plans/new', async (c) => {
    const { db, actor } = c.var
    const kind = allowedKind(c, c.var.form.get('kind') ?? undefined)
    const cap = await capOf(db, actor.accountId)
    const form = await attempt(c, newForm(kind, cap), ({ kind: _, ...draft }) =>
      createPlan(db, actor, kind, draft),
    )
    if (!form.ok) return invalid(c, 'plans/edit', 'plans/_form', await blank(c, kind, { form }))

    tell(c, 'Plan {name} was created.', { name: form.result.name })
    return changed(c, '/plans')
  })

  .get('/plans/:id{[1-9][0-9]{0,14}}', async (c) => page(c, 'plans/edit', await present(c)))

/** `?from=12`: a copy of that plan, its own or one it may sell, which is as new as any other. */
async function source(c: C): Promise<Plan | null> {
  const from = c.req.query('from') ?? ''
  if (from === '') return null
  const id = /^[1-9][0-9]{0,14}$/.test(from) ? Number(from) : 0
  const { db, actor } = c.var
  const offered = actor.kind === 'reseller' ? await offeredPlans(db, actor.accountId) : []
  return offered.find((plan) => plan.id === id) ?? findPlan(db, actor, id)
}
