import { join } from 'node:path'
import { Eta } from 'eta'

const eta = new Eta({
  views: join(import.meta.dirname, '../../views'),
  cache: true,
  debug: true,
})

/** `plans/list` is `views/plans/list.eta`; everything printed with `<%=` is escaped. */
export const render = (view: string, data: object): string => eta.render(`/${view}`, data)
