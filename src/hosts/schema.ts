import { boolean, integer, jsonb, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { HostFacts } from '../contract/messages.ts'
import { id, moment } from '../db/columns.ts'

/** sandbox: the agent in our own process, with a folder as its root. */
export const hostKind = pgEnum('host_kind', ['sandbox', 'ssh'])

/**
 * new: its key is not yet confirmed · enrolling: we are installing · online · offline: jobs wait ·
 * key-changed: stopped until an admin confirms the new key (F-151) · failed: enrolment stopped
 */
export const hostStates = [
  'new',
  'enrolling',
  'online',
  'offline',
  'key-changed',
  'failed',
] as const
export type HostState = (typeof hostStates)[number]
export const hostState = pgEnum('host_state', hostStates)

export const hosts = pgTable(
  'hosts',
  {
    id: id(),
    name: text().notNull(),
    kind: hostKind().notNull(),
    /** name or IP address; empty for the sandbox */
    address: text().notNull().default(''),
    port: integer().notNull().default(22),
    state: hostState().notNull().default('new'),
    stateSince: moment().notNull().defaultNow(),
    /** one plain sentence: why it is not online, or what enrolment is at */
    stateReason: text().notNull().default(''),
    /** the same in the host's or the system's own words, if any; never a secret */
    stateDetail: text().notNull().default(''),
    /** pinned, `ssh-ed25519 AAAA…`; null until an admin confirmed it */
    hostKey: text(),
    /** what it showed when that was not the pinned one, for confirmation */
    offeredKey: text(),
    agentVersion: text(),
    /** it is another one than this panel brings along */
    agentOutdated: boolean().notNull().default(false),
    facts: jsonb().$type<HostFacts>(),
    factsAt: moment(),
    /** it can do more than before: who lacks something there is still to be tried again (P-56) */
    grown: boolean().notNull().default(false),
    /** takes new subscriptions */
    open: boolean().notNull().default(true),
    /** jobs of one host that may run at a time, over all runner processes */
    jobLimit: integer().notNull().default(200),
    /** while in the future the queue leaves this host alone; its jobs wait */
    retryAt: moment(),
    /** failed connections in a row, for the back-off */
    failures: integer().notNull().default(0),
    createdAt: moment().notNull().defaultNow(),
    version: integer().notNull().default(1),
  },
  (t) => [uniqueIndex().on(t.name)],
)

export type Host = typeof hosts.$inferSelect
