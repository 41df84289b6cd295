import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { prepareAll } from './prepared.ts'

/**
 * `connections`: four serve two cores better than eight (stack.md §3). `patience`: milliseconds that a
 * statement may take; 0: as long as it needs.
 */
export function connect(url: string, connections = 4, patience = 30_000) {
  const client = clientOf(url, connections, { patience })
  return drizzle(client, { casing: 'snake_case' })
}

/**
 * For what many ask at once. Statements that read share three connections. One is sent along before the
 * answer to another is there, which costs a seventh less; those that come later wait in one line for
 * whichever connection is free first, so that no page waits behind a long one while others go on.
 * Changes have connections of their own: pages go on while changes wait for each other.
 */
export function connectForPages(url: string): Database {
  const client = clientOf(url, 3, { max_pipeline: 2 })
  // opened by Drizzle as well, which tells its client how values are written
  const changes = connect(url, 4).$client
  const { end } = client
  client.begin = changes.begin
  client.end = async (options) => void (await Promise.all([end(options), changes.end(options)]))
  return drizzle(client, { casing: 'snake_case' })
}

function clientOf(
  url: string,
  connections: number,
  { patience = 30_000, ...more }: { patience?: number; max_pipeline?: number },
) {
  const { address, path } = parse(url)
  return prepareAll(
    postgres(address, {
      max: connections,
      onnotice: () => {},
      // To compile what takes a millisecond takes many, and an estimate too high is all that needs.
      connection: { application_name: 'innkeeper', statement_timeout: patience, jit: 'off' },
      ...(path ? { path } : {}),
      ...more,
    }),
  )
}

/**
 * A server reached by its socket is written the way libpq does, `postgres://user@/name?host=/folder`;
 * postgres.js would send `host` to the server as a setting.
 */
function parse(url: string): { address: string; path?: string } {
  const address = new URL(url)
  const folder = address.searchParams.get('host')
  if (!folder?.startsWith('/')) return { address: url }

  const path = `${folder}/.s.PGSQL.${address.searchParams.get('port') ?? 5432}`
  address.searchParams.delete('host')
  address.searchParams.delete('port')
  return { address: address.href, path }
}

export type Database = ReturnType<typeof connect>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/** Reads work on either; a function that must not run alone asks for a Transaction. */
export type Db = Database | Transaction

export const disconnect = (db: Database) => db.$client.end({ timeout: 5 })
