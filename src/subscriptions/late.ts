import { Stale } from '../errors.ts'

/**
 * For forms of one value: `seen` is what it was when the form was drawn, undefined when nobody says.
 *
 * @throws {Stale} when somebody else has chosen something else again meanwhile (F-73)
 */
export function refuseLate(seen: string | undefined, now: string, wanted: string): void {
  if (seen === undefined || seen === now || wanted === now) return
  throw new Stale('Somebody else has changed this meanwhile.')
}
