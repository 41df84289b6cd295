import { Hono } from 'hono'
import { shownDomain } from '../names/domain.ts'
import type { Env } from '../web/env.ts'
import { search } from '../web/fields.ts'
import { readFilters } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { type Found, findEverywhere, onlyExact } from './everywhere.ts'

export interface SearchPage {
  q: string
  groups: Group[]
}

interface Group {
  /** English */
  title: string
  found: (Found & { href: string })[]
  /** the list that shows them all; null where there is none */
  all: string | null
}

const kinds = {
  account: { title: 'Customers', list: '/customers' },
  subscription: { title: 'Subscriptions', list: '/subscriptions' },
  plan: { title: 'Plans', list: '/plans' },
  host: { title: 'Hosts', list: null },
} as const

const hrefs = { ...kinds, host: { list: '/hosts' } }

/** P-3: the search box of every page. What is called exactly so is gone to at once. */
export const searchRoutes = new Hono<Env>().get('/search', async (c) => {
  const { db, actor } = c.var
  const asked = readFilters(c.req.query(), { filters: { q: search() } })
  const q = (asked.q ?? '') as string
  const found = q === '' ? [] : (await findEverywhere(db, actor, q)).map(placed)
  const exact = onlyExact(found)
  if (exact) return c.redirect(placed(exact).href, 303)
  const sells = actor.kind !== 'customer'
  return page(c, 'lists/search', { q, groups: grouped(found, q, sells) })
})

const placed = (one: Found) => ({ ...one, href: `${hrefs[one.kind].list}/${one.id}` })

const grouped = (found: ReturnType<typeof placed>[], q: string, sells: boolean): Group[] =>
  Object.entries(kinds).flatMap(([kind, { title, list }]) => {
    const those = found.filter((one) => one.kind === kind)
    if (those.length === 0) return []
    const all =
      list && (sells || kind === 'subscription') ? `${list}?${new URLSearchParams({ q })}` : null
    return [{ title, all, found: those.map((one) => ({ ...one, name: named(one) })) }]
  })

const named = ({ kind, name }: Found) => (kind === 'subscription' ? shownDomain(name) : name)
