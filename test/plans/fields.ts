import {
  catalogue,
  initialValues,
  type PropertyKey,
  type Values,
} from '../../src/plans/catalogue.ts'
import { keysOf, unlimitedBox } from '../../src/plans/form.ts'
import type { Property } from '../../src/plans/property.ts'
import type { Plan, PlanKind } from '../../src/plans/schema.ts'
import { inUnit } from '../../src/plans/units.ts'
import type { Fields, Visitor } from '../support/web.ts'

/** What a browser sends of the form of a new plan, with some fields filled in. */
export const planFields = (typed: Fields, kind: PlanKind = 'service'): Fields => ({
  title: '',
  kind,
  ...valueFields(kind, initialValues(kind)),
  ...typed,
})

/** What it sends of the form of this plan. */
export const editFields = (plan: Plan, typed: Fields): Fields => ({
  name: plan.name,
  title: plan.title,
  note: '',
  version: String(plan.version),
  ...valueFields(plan.kind, plan.values),
  ...typed,
})

/** Both steps of an edit: what it does, and then "Update & Sync", if somebody has the plan. */
export async function update(who: Visitor, plan: Plan, typed: Fields): Promise<Response> {
  const fields = editFields(plan, typed)
  const shown = await who.post(`/plans/${plan.id}/preview`, fields)
  if (shown.status !== 200) return shown
  return who.post(`/plans/${plan.id}`, {
    ...fields,
    fingerprint: fingerprintIn(await shown.text()),
  })
}

export const fingerprintIn = (html: string): string =>
  html.match(/name="fingerprint" value="([^"]+)"/)![1]!

export const valueFields = (kind: PlanKind, values: Values): Fields =>
  Object.assign({}, ...keysOf(kind).map((key) => field(key, catalogue[key], values[key])))

function field(key: string, property: Property, value: Values[PropertyKey]): Fields {
  switch (property.kind) {
    case 'limit':
      return value === 'unlimited'
        ? { [key]: '', [unlimitedBox(key)]: 'on' }
        : { [key]: String(inUnit(property.unit, value as number)) }
    case 'switch':
      return value ? { [key]: 'on' } : {}
    case 'choice':
      return { [key]: value as string }
    case 'list':
      return { [key]: value as string[] }
  }
}
