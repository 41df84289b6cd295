import type { AccountKind, Actor } from '../audit/actor.ts'
import { maySee } from './areas.ts'
import type { Counts } from './counts.ts'
import type { Icon } from './icons.ts'

export interface Section {
  href: string
  /** English; the template translates it */
  label: string
  icon: Icon
  current: boolean
  /** of what waits there; null = nothing to say */
  count: string | null
  /** the first of those that belong together */
  first: boolean
}

interface Entry {
  href: string
  label: string
  icon: Icon
  kinds: readonly AccountKind[]
}

const everybody = ['admin', 'reseller', 'customer'] as const
const sellers = ['admin', 'reseller'] as const
const admins = ['admin'] as const

/** Only what there is, and only what the account may open; together what belongs together. */
const groups: Entry[][] = [
  [
    { href: '/', label: 'Dashboard', icon: 'home', kinds: everybody },
    { href: '/customers', label: 'Customers', icon: 'users', kinds: sellers },
    { href: '/subscriptions', label: 'Subscriptions', icon: 'world', kinds: everybody },
    { href: '/plans', label: 'Plans', icon: 'package', kinds: sellers },
  ],
  [
    { href: '/domains', label: 'Domains', icon: 'world-www', kinds: everybody },
    { href: '/forwardings', label: 'Forwarded domains', icon: 'external-link', kinds: everybody },
    { href: '/mailboxes', label: 'Mailboxes', icon: 'mail', kinds: everybody },
    { href: '/mailing-lists', label: 'Mailing lists', icon: 'messages', kinds: everybody },
    { href: '/ftp-logins', label: 'FTP logins', icon: 'download', kinds: everybody },
    { href: '/databases', label: 'MySQL databases', icon: 'database', kinds: everybody },
  ],
  [
    { href: '/usage/disk', label: 'Disk usage overview', icon: 'chart-pie', kinds: everybody },
    { href: '/usage/traffic', label: 'Traffic', icon: 'chart-bar', kinds: everybody },
  ],
  [
    { href: '/hosts', label: 'Hosts', icon: 'server', kinds: admins },
    { href: '/conflicts', label: 'Conflicts', icon: 'alert-triangle', kinds: sellers },
    { href: '/jobs', label: 'Jobs', icon: 'list-check', kinds: sellers },
  ],
  [
    { href: '/outbox', label: 'Outbox', icon: 'send', kinds: sellers },
    { href: '/audit', label: 'Audit', icon: 'history', kinds: everybody },
    { href: '/settings', label: 'Settings', icon: 'settings', kinds: sellers },
  ],
]

export const navigation = (actor: Actor, path: string, counts: Counts): Section[] =>
  groups.flatMap((entries, group) =>
    entries
      .filter((entry) => entry.kinds.includes(actor.kind) && maySee(actor, entry.href))
      .map(({ href, label, icon }, at) => ({
        ...{ href, label, icon },
        current: within(path, href),
        count: counts[href] ?? null,
        first: group > 0 && at === 0,
      })),
  )

const within = (path: string, href: string) =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)
