import { shownDomain } from '../names/domain.ts'
import { type Affected, type Detail, type Effect, type Effects, effects } from './plan-effects.ts'
import type { Judged } from './tie-judgement.ts'
import type { TiePreview } from './tie-preview.ts'

/** What a change of the tie does, as pages show it. */
export interface TieShown {
  counts: { effect: Effect; count: number }[]
  /** who gets other values, those together for whom they differ in the same */
  changes: Changes[]
}

interface Changes {
  count: number
  /** the first of them */
  domains: string[]
  details: Detail[]
}

export const shownTie = ({ judged, effects }: TiePreview): TieShown => ({
  counts: countsOf(effects),
  changes: changesOf(effects.changed, judged),
})

const countsOf = (all: Effects) =>
  effects
    .map((effect) => ({ effect, count: all[effect].flatMap(({ ids }) => ids).length }))
    .filter(({ effect, count }) => count > 0 && effect !== 'changed')

const mostNames = 5

/** The largest group first. */
function changesOf(changed: Affected[], judged: Judged[]): Changes[] {
  const names = new Map(judged.map(({ id, domain }) => [id, shownDomain(domain)]))
  const alike = Map.groupBy(changed, ({ details }) => JSON.stringify(details))
  return [...alike.values()]
    .map((same) => {
      const ids = same.flatMap(({ ids }) => ids)
      const domains = ids.slice(0, mostNames).map((id) => names.get(id)!)
      return { count: ids.length, domains, details: same[0]!.details }
    })
    .sort((one, other) => other.count - one.count)
}
