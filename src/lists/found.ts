import { type SQL, sql } from 'drizzle-orm'

export interface Found {
  kind:
    | 'account'
    | 'subscription'
    | 'domain'
    | 'forwarding'
    | 'mailbox'
    | 'mailingList'
    | 'ftpLogin'
    | 'database'
    | 'plan'
    | 'host'
    | 'job'
  id: number
  name: string
  /** what else tells it from others */
  more: string
  /** it is called so, or it has that number */
  exact: boolean
}

/** Of each kind; the list of that kind shows the rest. */
export const shownOfEach = 8
/** Whoever has more names like it types on. */
export const lookedAt = 200

/** What is called so, what begins so, and the rest by name. */
export const bestFirst = (exact: SQL, name: SQL, typed: string): SQL[] => [
  sql`${exact} desc`,
  sql`starts_with(${name}, ${typed}) desc`,
  name,
]
