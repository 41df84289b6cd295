import type { Changes } from './schema.ts'

/** One thing that changed. */
export interface Changed {
  /** `disk`, `smtp.host`: as the rule that wrote it calls it */
  field: string
  from: unknown
  to: unknown
}

/** Old and new, thing by thing; of a whole set of values only those that differ. */
export function changed(changes: Changes): Changed[] {
  return Object.entries(changes).flatMap(([field, { from, to }]) =>
    isSet(from) || isSet(to)
      ? inside(isSet(from) ? from : {}, isSet(to) ? to : {})
      : [{ field, from, to }],
  )
}

function inside(from: object, to: object): Changed[] {
  const [old, now] = [new Map(Object.entries(from)), new Map(Object.entries(to))]
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, from: old.get(field), to: now.get(field) }))
    .filter((one) => JSON.stringify(one.from) !== JSON.stringify(one.to))
}

const isSet = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
