import type { Feature } from '../contract/features.ts'
import { catalogue, type PropertyKey, type Values } from '../plans/catalogue.ts'
import { valueDifferences, word } from '../plans/differences.ts'
import { same } from '../plans/merge.ts'
import { lacking } from '../plans/needs.ts'
import { labelWithUnit } from '../plans/units.ts'
import { type Override, type Stored, values } from '../plans/values.ts'
import { type Alike, compute } from './alike.ts'

/**
 * What an edit of a plan would do to those who have it; one of them can have several.
 *
 * changed: they get other values · unsynced: their host lacks something that they get · over: they
 * contain more than they may (below-use.ts), or their reseller has less to give · locked: nothing reaches them (P-40)
 * managed: they keep what their customer chose (P-46) · own: they keep what was given to them alone
 */
export const effects = ['changed', 'unsynced', 'over', 'locked', 'managed', 'own'] as const
export type Effect = (typeof effects)[number]

/** One thing said of them. Words are English, to be translated. */
export interface Detail {
  label: string
  from?: string | number
  to?: string | number
}

export interface Affected {
  ids: number[]
  details: Detail[]
}

export type Effects = Record<Effect, Affected[]>

/** What the edit meets. */
export interface Scene {
  groups: Alike[]
  /** all plans that they are made of, as they would be */
  plans: Map<number, Stored>
  contracts: Map<number, Values>
  /** by host; one that has not told its facts yet is not there */
  provides: Map<number, readonly string[]>
}

export function effectsOf(scene: Scene): Effects {
  const found = none()
  for (const group of scene.groups) {
    for (const [effect, details] of Object.entries(met(group, scene))) {
      if (details) found[effect as Effect].push({ ids: group.ids, details })
    }
  }
  return found
}

/** With more that would be over a limit; who is so for two reasons stays one. */
export function withOver(all: Effects, more: Affected[]): Effects {
  if (more.length === 0) return all
  const extra = new Map(more.flatMap(({ ids, details }) => ids.map((id) => [id, details] as const)))
  const known = all.over.flatMap(({ ids, details }) =>
    [...Map.groupBy(ids, (id) => JSON.stringify(extra.get(id) ?? []))].map(([said, same]) => {
      for (const id of same) extra.delete(id)
      return { ids: same, details: [...details, ...JSON.parse(said)] }
    }),
  )
  const fresh = Map.groupBy(extra, ([, details]) => JSON.stringify(details))
  const rest = [...fresh.values()].map((same) => ({
    ids: same.map(([id]) => id),
    details: same[0]![1],
  }))
  return { ...all, over: [...known, ...rest] }
}

export const none = (): Effects => ({
  changed: [],
  unsynced: [],
  over: [],
  locked: [],
  managed: [],
  own: [],
})

type Met = Partial<Record<Effect, Detail[] | null>>

function met(group: Alike, { plans, contracts, provides }: Scene): Met {
  if (group.locked) return { locked: [] }
  const before = values(group.values)
  const { wanted, values: after } = compute(group, plans, contracts)
  const host = provides.get(group.hostId)
  const byCustomer = group.overrides.filter((own) => own.byCustomer)
  return {
    changed: some(valueDifferences(before, after)),
    unsynced: host ? some(newlyLacking(before, after, host)) : null,
    over: some(cut(wanted, after)),
    managed: some(kept(byCustomer, after)),
    own: some(
      kept(
        group.overrides.filter((own) => !own.byCustomer),
        after,
      ),
    ),
  }
}

/** P-48: said before, and never refused. */
function newlyLacking(before: Values, after: Values, host: readonly string[]): Detail[] {
  const former = new Set(lacking(before, host as Feature[]))
  return lacking(after, host as Feature[])
    .filter((key) => !former.has(key))
    .map((key) => ({ label: catalogue[key].label, to: word(catalogue[key], after[key]) }))
}

/** The reseller has less of it than the plan says. */
const cut = (wanted: Values, after: Values): Detail[] => valueDifferences(wanted, after)

const kept = (overrides: Override[], after: Values): Detail[] =>
  overrides
    .filter(({ property }) => property in catalogue)
    .filter(({ property, value }) => same(after[property as PropertyKey], value as never))
    .map(({ property, value }) => ({
      label: labelWithUnit(catalogue[property as PropertyKey]),
      to: word(catalogue[property as PropertyKey], value),
    }))

const some = (details: Detail[]) => (details.length > 0 ? details : null)
