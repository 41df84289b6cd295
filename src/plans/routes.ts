import { Hono } from 'hono'
import { z } from 'zod'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { changePlanAndSync } from '../subscriptions/plan-sync.ts'
import { planUse } from '../subscriptions/plan-users.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, optionalLine, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findPlan, mayMakePlans } from './access.ts'
import { initialValues, type Values } from './catalogue.ts'
import type { PlanEdit } from './change.ts'
import { capOf } from './contract.ts'
import { createPlan } from './creation.ts'
import { type Difference, differences } from './differences.ts'
import { valuesForm } from './form.ts'
import { type Kind, kindsFor, labelled } from './kinds.ts'
import { type Plan, type PlanKind, planKinds } from './schema.ts'
import { type Section, sections } from './sections.ts'
import { values, within } from './values.ts'

const one = '/plans/:id{[1-9][0-9]{0,14}}'

export interface PlanPage {
  kind: Kind
  /** null while it is a new one */
  plan: Plan | null
  uses: number
  /** that the form was drawn from */
  version: number
  /** to choose from, while it is new */
  kinds: Kind[]
  sections: Section[]
  mayChange: boolean
  /** what somebody else saved meanwhile, and what was typed here (F-73) */
  differences: Difference[]
  form: FailedForm | undefined
}

const text = {
  name: z
    .string('Required')
    .min(1, { error: 'Required: letters and digits only.', abort: true })
    .max(60, 'Use at most {maximum} characters.')
    .regex(/^[A-Za-z0-9]+$/, 'Letters and digits only: no space, hyphen or other sign.'),
  title: optionalLine(200),
  hidden: checkbox(),
  notForResellers: checkbox(),
}
const newForm = (kind: PlanKind, cap: Values | null) =>
  z.intersection(z.strictObject({ ...text, kind: z.literal(kind) }), valuesForm(kind, cap))
const editForm = (kind: PlanKind, cap: Values | null) =>
  z.intersection(
    z.strictObject({ ...text, note: optionalLine(500), version: wholeNumber() }),
    valuesForm(kind, cap),
  )
export const planRoutes = new Hono<Env>()

  .get('/plans/new', async (c) => {
    const kind = allowedKind(c, c.req.query('kind'))
    return page(c, 'plans/edit', await blank(c, kind))
  })

  .post('/plans', async (c) => {
    const { db, actor } = c.var
    const kind = allowedKind(c, c.var.form.get('kind') ?? undefined)
    const cap = await capOf(db, actor.accountId)
    const form = await attempt(c, newForm(kind, cap), ({ kind: _, ...draft }) =>
      createPlan(db, actor, kind, draft),
    )
    if (!form.ok) return invalid(c, 'plans/edit', 'plans/_form', await blank(c, kind, form))

    tell(c, 'Plan {name} was created.', { name: form.result.name })
    return changed(c, '/plans')
  })

  .get(one, async (c) => page(c, 'plans/edit', await present(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const { id, kind, ownerId } = await findPlan(db, actor, number(c))
    let refused: PlanEdit | undefined
    const form = await attempt(c, editForm(kind, await capOf(db, ownerId)), (edit) =>
      changePlanAndSync(db, actor, id, edit).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        refused = edit
        throw new Invalid('', refusal.message)
      }),
    )
    if (!form.ok && refused) return page(c, 'plans/edit', await present(c, form, refused), 409)
    if (!form.ok) return invalid(c, 'plans/edit', 'plans/_form', await present(c, form))

    tellChange(c, form.result)
    return changed(c, '/plans')
  })

async function blank(c: C, kind: PlanKind, form?: FailedForm): Promise<PlanPage> {
  const { db, actor } = c.var
  const cap = await capOf(db, actor.accountId)
  const start = initialValues(kind)
  return {
    kind: labelled(kind),
    plan: null,
    uses: 0,
    version: 0,
    kinds: kindsFor(c.var.actor),
    sections: sections(kind, cap ? within(cap, start) : start, cap, wrongOf(form)),
    mayChange: true,
    differences: [],
    form,
  }
}

async function present(c: C, form?: FailedForm, refused?: PlanEdit): Promise<PlanPage> {
  const { db, actor } = c.var
  const plan = await findPlan(db, actor, number(c))
  const cap = await capOf(db, plan.ownerId)
  return {
    kind: labelled(plan.kind),
    plan,
    uses: (await planUse(db, [plan.id])).get(plan.id) ?? 0,
    version: form && !refused ? Number(form.values.version) : plan.version,
    kinds: [],
    sections: sections(plan.kind, values(plan.values), cap, wrongOf(form)),
    mayChange: mayMakePlans(actor, plan.kind),
    differences: refused ? differences(plan, refused) : [],
    form,
  }
}

type Change = Awaited<ReturnType<typeof changePlanAndSync>>

function tellChange(c: C, { plan: { name }, changed, followed }: Change) {
  if (!changed) tell(c, 'Nothing was changed in plan {name}.', { name })
  else if (followed === 0) tell(c, 'Plan {name} was changed.', { name })
  else
    tell(c, 'Plan {name} was changed, and {followed} that {followed|has|have} it.', {
      name,
      followed,
    })
}

const number = (c: C) => Number(c.req.param('id'))

/** Said before anything is read, so that nobody fills in what they may not send. */
function allowedKind(c: C, asked: string | undefined): PlanKind {
  const kind = planKinds.find((kind) => kind === asked) ?? 'service'
  if (!mayMakePlans(c.var.actor, kind)) throw new Forbidden('You cannot make plans of this kind.')
  return kind
}

const wrongOf = (form: FailedForm | undefined) => Object.keys(form?.errors ?? {})
