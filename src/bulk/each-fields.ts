import type { Judged } from './action.ts'
import type { Place } from './option-fields.ts'
import type { PlanChoices } from './plan-choices.ts'

const size = 100

/** A page of those that a plan can be chosen for, in the order of their names. */
export interface EachPage {
  rows: { id: number; name: string; plan: string }[]
  page: number
  pages: number
  /** of the first row, among all */
  first: number
  count: number
  /** how many have a plan of their own, on any page */
  chosen: number
  find: string
  /** nobody is called so */
  missed: boolean
}

/** P-24, P-27: a hundred at a time, through all of them, and to whom somebody looks for. */
export function eachPage(
  all: Judged[],
  options: { each?: PlanChoices['each'] },
  place: Place,
): EachPage {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const found = place.turn === 'find' ? indexOf(all, place.find) : -1
  const wanted = /^\d+$/.test(place.turn) ? Number(place.turn) : place.page
  const page = found < 0 ? Math.min(Math.max(wanted, 1), pages) : Math.floor(found / size) + 1
  const own = new Map(options.each)
  const rows = all.slice((page - 1) * size, page * size)
  return {
    rows: rows.map(({ id, name }) => ({
      id,
      name,
      plan: own.has(id) ? String(own.get(id) ?? '') : 'same',
    })),
    ...{ page, pages, first: (page - 1) * size + 1, count: all.length, chosen: own.size },
    find: place.find,
    missed: place.turn === 'find' && found < 0,
  }
}

const indexOf = (all: Judged[], name: string): number =>
  all.findIndex((one) => one.name.toLowerCase().includes(name.toLowerCase()))
