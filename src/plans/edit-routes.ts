import { Hono } from 'hono'
import { z } from 'zod'
import { Invalid, Stale } from '../errors.ts'
import { type AffectedPage, affectedPage } from '../subscriptions/plan-affected.ts'
import { type Effect, effects } from '../subscriptions/plan-effects.ts'
import type { Preview } from '../subscriptions/plan-preview.ts'
import { changePlanAndSync, previewChange, type Saved, Unseen } from '../subscriptions/plan-sync.ts'
import type { C, Env } from '../web/env.ts'
import { line, oneOf, optionalLine } from '../web/fields.ts'
import {
  attempt,
  changed,
  type FailedForm,
  invalid,
  page,
  parseForm,
  tell,
} from '../web/respond.ts'
import { findPlan } from './access.ts'
import type { PlanEdit } from './change.ts'
import { capOf } from './contract.ts'
import { editForm, number, present } from './plan-fields.ts'
import type { Plan } from './schema.ts'
import { type TypedField, typedEdit } from './typed.ts'

const one = '/plans/:id{[1-9][0-9]{0,14}}'

/** The list of those whom one effect reaches. */
export type Opened = AffectedPage & { effect: Effect }

export interface PreviewPage {
  plan: Plan
  preview: Preview
  /** what was typed, to be sent again */
  typed: TypedField[]
  /** how many each effect reaches; those that reach nobody are left out */
  counts: { effect: Effect; count: number }[]
  opened: Opened | null
  /** it is another one than was looked at before */
  renewed: boolean
}

const previewFields = { group: oneOf(effects).optional(), after: optionalLine(300).optional() }

/** Saving is two steps: what it does is shown, and then done if it still is that. */
export const planEditRoutes = new Hono<Env>()

  // Where somebody lands who reloads the preview by its address: what was typed is not in it.
  .get(`${one}/preview`, async (c) => {
    const { id } = await findPlan(c.var.db, c.var.actor, number(c))
    return c.redirect(`/plans/${id}`, 303)
  })

  .post(`${one}/preview`, async (c) => {
    const { db, actor } = c.var
    const plan = await findPlan(db, actor, number(c))
    if (c.var.form.has('back')) return page(c, 'plans/edit', await present(c, await typedAgain(c)))
    const schema = editForm(plan.kind, await capOf(db, plan.ownerId), previewFields)
    const form = await tried(c, schema, async ({ group, after, ...edit }) => {
      const preview = await previewChange(db, actor, plan.id, edit)
      if (!preview) return { saved: await changePlanAndSync(db, actor, plan.id, edit, null) }
      return { shown: await shown(c, plan, edit, preview, { group, after }) }
    })
    if (!form.ok) return refusal(c, form)
    if (form.result.shown) return page(c, 'plans/preview', form.result.shown)
    return saved(c, form.result.saved!)
  })

  .post(one, async (c) => {
    const { db, actor } = c.var
    const plan = await findPlan(db, actor, number(c))
    const schema = editForm(plan.kind, await capOf(db, plan.ownerId), { fingerprint: line(64) })
    const form = await tried(c, schema, async ({ fingerprint, ...edit }) => {
      try {
        return { saved: await changePlanAndSync(db, actor, plan.id, edit, fingerprint) }
      } catch (refusal) {
        if (!(refusal instanceof Unseen)) throw refusal
        const now = await shown(c, plan, edit, refusal.preview, {})
        return { shown: { ...now, renewed: true } }
      }
    })
    if (!form.ok) return refusal(c, form)
    if (form.result.shown) return page(c, 'plans/preview', form.result.shown, 409)
    return saved(c, form.result.saved!)
  })

/** From the preview back to the form, with all that was typed. */
async function typedAgain(c: C): Promise<FailedForm> {
  const form = await parseForm(c, z.never())
  return { ok: false, values: form.ok ? {} : form.values, errors: {} }
}

type Refused = FailedForm & { stale?: PlanEdit }

/** F-73: a stale edit comes back as a form that shows both values. */
async function tried<T extends PlanEdit, R>(
  c: C,
  schema: Parameters<typeof attempt<T, R>>[1],
  rule: (edit: T) => Promise<R>,
) {
  let stale: PlanEdit | undefined
  const form = await attempt(c, schema, (edit) =>
    rule(edit).catch((refusal) => {
      if (!(refusal instanceof Stale)) throw refusal
      stale = edit
      throw new Invalid('', refusal.message)
    }),
  )
  return form.ok ? form : ({ ...form, stale } as Refused)
}

async function refusal(c: C, { stale, ...form }: Refused) {
  const { fingerprint } = form.errors
  // F-84: nobody gets to the second step but by the first.
  if (fingerprint) form.errors[''] = [c.var.t('Look at what this change does before it is made.')]
  if (stale) return page(c, 'plans/edit', await present(c, form, stale), 409)
  return invalid(c, 'plans/edit', 'plans/_form', await present(c, form))
}

async function shown(
  c: C,
  plan: Plan,
  edit: PlanEdit,
  preview: Preview,
  { group, after }: { group?: Effect | undefined; after?: string | undefined },
): Promise<PreviewPage> {
  const { db } = c.var
  const opened = group && {
    effect: group,
    ...(await affectedPage(db, plan.kind, preview.effects[group], after ?? '')),
  }
  return {
    plan,
    preview,
    typed: typedEdit(plan.kind, edit),
    counts: effects
      .map((effect) => ({ effect, count: sum(preview.effects[effect]) }))
      .filter(({ count }) => count > 0),
    opened: opened ?? null,
    renewed: false,
  }
}

const sum = (affected: { ids: number[] }[]) =>
  affected.reduce((count, { ids }) => count + ids.length, 0)

const withResellers =
  'Plan {name} was changed, and {followed} {followed|reseller|resellers} with it.'
const withSubscriptions =
  'Plan {name} was changed, and {followed} {followed|subscription|subscriptions} with it.'

function saved(c: C, { plan: { name, kind }, changed: differs, followed, batchId }: Saved) {
  if (!differs) tell(c, 'Nothing was changed in plan {name}.', { name })
  else if (followed === 0) tell(c, 'Plan {name} was changed.', { name })
  else tell(c, kind === 'reseller' ? withResellers : withSubscriptions, { name, followed })
  return changed(c, batchId === null ? '/plans' : `/batches/${batchId}`)
}
