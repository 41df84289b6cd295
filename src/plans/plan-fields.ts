import { z } from 'zod'
import { none, type Some } from '../db/some.ts'
import { Forbidden } from '../errors.ts'
import { provided } from '../hosts/provided.ts'
import { planUseOf } from '../subscriptions/plan-users.ts'
import type { C } from '../web/env.ts'
import { checkbox, optionalLine, wholeNumber } from '../web/fields.ts'
import type { FailedForm } from '../web/respond.ts'
import { findPlan, mayMakePlans } from './access.ts'
import { initialValues, type Values } from './catalogue.ts'
import type { PlanEdit } from './change.ts'
import { capOf } from './contract.ts'
import { type Difference, differences } from './differences.ts'
import { valuesForm } from './form.ts'
import { type Kind, kindsFor, labelled } from './kinds.ts'
import { type Plan, type PlanKind, planKinds } from './schema.ts'
import { type Section, sections } from './sections.ts'
import { supplied } from './supply.ts'
import { values, within } from './values.ts'

export interface PlanPage {
  kind: Kind
  /** null while it is a new one */
  plan: Plan | null
  /** of a new one: what it starts as */
  copied: Plan | null
  uses: Some
  /** that the form was drawn from */
  version: number
  /** to choose from, while it is new */
  kinds: Kind[]
  sections: Section[]
  mayChange: boolean
  /** it is an admin's, and resellers could sell it too */
  forResellers: boolean
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

export const newForm = (kind: PlanKind, cap: Values | null) =>
  z.intersection(z.strictObject({ ...text, kind: z.literal(kind) }), valuesForm(kind, cap))

/** `more`: what a page asks beside the edit itself. */
export const editForm = <More extends z.ZodRawShape>(
  kind: PlanKind,
  cap: Values | null,
  more: More,
) =>
  z.intersection(
    z.strictObject({ ...text, note: optionalLine(500), version: wholeNumber(), ...more }),
    valuesForm(kind, cap),
  )

export async function blank(
  c: C,
  kind: PlanKind,
  { form, copied = null }: { form?: FailedForm; copied?: Plan | null } = {},
): Promise<PlanPage> {
  const { db, actor } = c.var
  const cap = await capOf(db, actor.accountId)
  const start = copied ? values(copied.values) : initialValues(kind)
  return {
    kind: labelled(kind),
    plan: null,
    copied,
    uses: none,
    version: 0,
    kinds: copied ? [] : kindsFor(c.var.actor),
    sections: supplied(
      sections(kind, cap ? within(cap, start) : start, cap, wrongOf(form)),
      await provided(db),
    ),
    mayChange: true,
    forResellers: actor.kind === 'admin' && kind !== 'reseller',
    differences: [],
    form,
  }
}

export async function present(c: C, form?: FailedForm, refused?: PlanEdit): Promise<PlanPage> {
  const { db, actor } = c.var
  const plan = await findPlan(db, actor, number(c))
  const cap = await capOf(db, plan.ownerId)
  return {
    kind: labelled(plan.kind),
    plan,
    copied: null,
    uses: await planUseOf(db, plan),
    version: form && !refused ? Number(form.values.version) : plan.version,
    kinds: [],
    sections: supplied(
      sections(plan.kind, values(plan.values), cap, wrongOf(form)),
      await provided(db),
    ),
    mayChange: mayMakePlans(actor, plan.kind),
    // only what an admin sells has no cap
    forResellers: cap === null && plan.kind !== 'reseller',
    differences: refused ? differences(plan, refused) : [],
    form,
  }
}

export const number = (c: C) => Number(c.req.param('id'))

/** Said before anything is read, so that nobody fills in what they may not send. */
export function allowedKind(c: C, asked: string | undefined): PlanKind {
  const kind = planKinds.find((kind) => kind === asked) ?? 'service'
  if (!mayMakePlans(c.var.actor, kind)) throw new Forbidden('You cannot make plans of this kind.')
  return kind
}

const wrongOf = (form: FailedForm | undefined) => Object.keys(form?.errors ?? {})
