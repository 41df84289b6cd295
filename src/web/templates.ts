import { join } from 'node:path'
import { Eta } from 'eta'

const eta = new Eta({
  views: join(import.meta.dirname, '../../views'),
  cache: true,
  debug: true,
})

/** Eta finds out anew for each row of a list which file its part is in; that took a fifth of a page. */
const known = new Map<string, Map<string, string>>()
const resolve = eta.resolvePath!.bind(eta)
eta.resolvePath = (template, options) => {
  const from = options?.filepath ?? ''
  const there = known.get(from) ?? new Map<string, string>()
  known.set(from, there)
  const path = there.get(template) ?? resolve(template, options)
  there.set(template, path)
  return path
}

/** `plans/list` is `views/plans/list.eta`; everything printed with `<%=` is escaped. */
export const render = (view: string, data: object): string => eta.render(`/${view}`, data)
