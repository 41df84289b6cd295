import { asc } from 'drizzle-orm'
import {
  type Document,
  type LiveDocument,
  MAX_CPU_SECONDS,
  MAX_PROCESSES,
  MIN_PROCESSES,
  type Promised,
  Shell,
} from '../contract/document.ts'
import type { Db } from '../db/database.ts'
import { among } from '../db/many.ts'
import type { Limit } from '../plans/catalogue.ts'
import type { Part, Section } from './part.ts'
import { type Subscription, subscriptions } from './schema.ts'

/**
 * What hosts should make of these subscriptions, as the database says now, with what each of these
 * parts has of them. One that is gone has no document: there is nothing left to do for it.
 */
export async function wantedDocuments(
  db: Db,
  parts: Part[],
  ids: number[],
  sealingKey: Buffer,
): Promise<Document[]> {
  const rows = await db
    .select()
    .from(subscriptions)
    .where(among(subscriptions.id, ids))
    .orderBy(asc(subscriptions.id))
  const live = rows.filter(({ removing }) => !removing)
  const sections = await Promise.all(parts.map((part) => part(db, live, sealingKey)))
  return rows.map((row) =>
    document(row, Object.assign({}, ...sections.map((section) => section.get(row.id)))),
  )
}

function document(subscription: Subscription, contents: Section): Document {
  const { id, generation, systemUser: name, uid } = subscription
  if (subscription.removing) return { id, generation, state: 'removed', user: { name, uid } }

  return {
    id,
    generation,
    state: subscription.suspended ? 'suspended' : 'active',
    user: { name, uid, passwordHash: subscription.passwordHash, ...access(subscription) },
    promised: promised(subscription),
    sites: [],
    ...contents,
  }
}

function access({ values }: Subscription): Pick<LiveDocument['user'], 'shell' | 'limits'> {
  return {
    shell: Shell.parse(values.shell),
    limits: {
      cpuSeconds: within(values.cpuLimit, 1, MAX_CPU_SECONDS),
      processes: within(values.processLimit, MIN_PROCESSES, MAX_PROCESSES),
    },
  }
}

/** A shell cannot start with no time or no processes at all, so a host takes no less than these. */
function within(limit: Limit, least: number, most: number): number | null {
  return limit === 'unlimited' ? null : Math.min(Math.max(limit, least), most)
}

function promised({ values }: Subscription): Promised {
  const { disk, diskLimit, perl, cgi, virusScan, spamFilter, https } = values
  return {
    disk: disk === 'unlimited' ? null : disk,
    ...(diskLimit === 'enforced' ? { diskLimit } : {}),
    perl: perl === true,
    cgi: cgi === true,
    virusScan: virusScan === true,
    ...(spamFilter === true ? { spamFilter } : {}),
    https: https === true,
  }
}
