/** A plan for all, and another for some of them; null: Custom. As a form sends it. */
export interface PlanChoices {
  plan: number | null
  /** by number, in order */
  each: [number, number | null][]
}

export function choiceOf({ plan, each }: PlanChoices): (id: number) => number | null {
  const own = new Map(each)
  return (id) => (own.has(id) ? own.get(id)! : plan)
}

/** All plans that are named, each once, in order. */
export const plansIn = ({ plan, each }: PlanChoices): number[] =>
  [...new Set([plan, ...each.map(([, one]) => one)].flatMap((one) => one ?? []))].toSorted(
    (a, b) => a - b,
  )
