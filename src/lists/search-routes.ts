import { Hono } from 'hono'
import type { Actor } from '../audit/actor.ts'
import { kindLabels } from '../jobs/words.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { search } from '../web/fields.ts'
import type { Translate } from '../web/i18n.ts'
import { readFilters } from '../web/list.ts'
import { page } from '../web/respond.ts'
import { findEverywhere, onlyExact } from './everywhere.ts'
import type { Found } from './found.ts'

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

/** In the order of the page; `path` is where one of them is, below the list of all. */
const kinds: Record<Found['kind'], { title: string; path: string }> = {
  account: { title: 'Customers', path: '/customers' },
  subscription: { title: 'Subscriptions', path: '/subscriptions' },
  domain: { title: 'Domains', path: '/domains' },
  forwarding: { title: 'Forwarded domains', path: '/domains' },
  mailbox: { title: 'Mailboxes', path: '/mailboxes' },
  mailingList: { title: 'Mailing lists', path: '/mailing-lists' },
  ftpLogin: { title: 'FTP logins', path: '/ftp-logins' },
  database: { title: 'MySQL databases', path: '/databases' },
  plan: { title: 'Plans', path: '/plans' },
  host: { title: 'Hosts', path: '/hosts' },
  job: { title: 'Jobs', path: '/jobs' },
}

/** P-3: the search box of every page. What is called exactly so is gone to at once. */
export const searchRoutes = new Hono<Env>().get('/search', async (c) => {
  const { db, actor } = c.var
  const asked = readFilters(c.req.query(), { filters: { q: search() } })
  const q = (asked.q ?? '') as string
  const found = q === '' ? [] : (await findEverywhere(db, actor, q)).map(placed)
  const exact = onlyExact(found)
  if (exact) return c.redirect(placed(exact).href, 303)
  return page(c, 'lists/search', { q, groups: grouped(c, found, q) })
})

const placed = (one: Found) => ({ ...one, href: `${kinds[one.kind].path}/${one.id}` })

const grouped = (
  { var: { actor, t } }: C,
  found: ReturnType<typeof placed>[],
  q: string,
): Group[] =>
  Object.entries(kinds).flatMap(([kind, { title, path }]) => {
    const those = found.filter((one) => one.kind === kind)
    if (those.length === 0) return []
    const list = kind === 'forwarding' ? '/forwardings' : path
    const all = hasList(actor, kind) ? `${list}?${new URLSearchParams({ q })}` : null
    return [{ title, all, found: those.map((one) => ({ ...one, ...told(t, one) })) }]
  })

/** A list that finds the same by the same word. */
const hasList = (actor: Actor, kind: string) =>
  kind !== 'job' && (kind !== 'account' || actor.kind !== 'customer')

function told(t: Translate, { kind, id, name, more }: Found) {
  switch (kind) {
    case 'job':
      return { name: `${id} · ${t(kindLabels[name] ?? name)}`, more: shownDomain(more) }
    case 'account':
    case 'plan':
    case 'host':
      return { name, more }
    case 'subscription':
      return { name: shownDomain(name), more }
    default:
      return { name: readable(name), more: shownDomain(more) }
  }
}

/** A name or an address. */
const readable = (name: string) =>
  name.includes('@')
    ? `${name.slice(0, name.indexOf('@'))}@${shownDomain(name.slice(name.indexOf('@') + 1))}`
    : shownDomain(name)
