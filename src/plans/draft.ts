import type { Plan } from './schema.ts'

/** What a person writes into a plan. */
export type PlanDraft = Pick<Plan, 'name' | 'title' | 'hidden' | 'notForResellers' | 'values'>

export const nameTaken =
  'There is a plan with this name already; upper and lower case count as one.'
