import type { Changes } from './schema.ts'

/** One thing that changed, told in short. */
export interface Change {
  /** `disk`, `email`: as the rule that wrote it calls it */
  name: string
  from: string
  to: string
}

const most = 120

/** Old and new, thing by thing; of a whole set of values only those that differ. */
export function told(changes: Changes): Change[] {
  return Object.entries(changes).flatMap(([name, { from, to }]) =>
    isSet(from) || isSet(to)
      ? inside(name, isSet(from) ? from : {}, isSet(to) ? to : {})
      : [{ name, from: short(from), to: short(to) }],
  )
}

function inside(name: string, from: object, to: object): Change[] {
  const [old, now] = [new Map(Object.entries(from)), new Map(Object.entries(to))]
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((key) => ({ name: `${name}.${key}`, from: short(old.get(key)), to: short(now.get(key)) }))
    .filter((change) => change.from !== change.to)
}

const isSet = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function short(value: unknown): string {
  const text =
    value === undefined || value === null
      ? ''
      : typeof value === 'string'
        ? value
        : Array.isArray(value)
          ? value.map(short).join(', ')
          : JSON.stringify(value)
  return text.length > most ? `${text.slice(0, most)}…` : text
}
