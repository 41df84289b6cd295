import type { PlanKind } from './schema.ts'

export const kindLabels: Record<PlanKind, string> = {
  service: 'Service plan',
  'add-on': 'Add-on plan',
  reseller: 'Reseller plan',
}
