import type { Actor } from '../audit/actor.ts'
import { type PlanKind, planKinds } from './schema.ts'

export interface Kind {
  value: PlanKind
  label: string
}

export const labelled = (value: PlanKind): Kind => ({ value, label: labels[value] })

/** Resellers are the admin's to sell to. */
export const kindsFor = (actor: Actor): Kind[] =>
  planKinds.filter((kind) => kind !== 'reseller' || actor.kind === 'admin').map(labelled)

const labels: Record<PlanKind, string> = {
  service: 'Service plan',
  'add-on': 'Add-on plan',
  reseller: 'Reseller plan',
}
