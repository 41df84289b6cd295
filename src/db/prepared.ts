import type postgres from 'postgres'

type Client = postgres.Sql | postgres.TransactionSql
type Run = (query: string, parameters?: unknown[], options?: object) => unknown

/**
 * Drizzle 0.45 sends every query unprepared: two round trips and a plan each. This makes all its
 * queries named prepared statements, inside transactions too (stack.md §1). Two stay as they are: what
 * changes something and has no parameters, for a migration is several statements in one; and what is
 * about thousands, for the plan that Postgres keeps after five times is made for ten.
 */
export function prepareAll<T extends Client>(client: T): T {
  const open = client as unknown as Record<string, (...args: never[]) => unknown>
  const unsafe = client.unsafe.bind(client) as Run
  open.unsafe = ((query: string, parameters: unknown[] = [], options: object = {}) =>
    unsafe(
      query,
      parameters,
      (parameters.length > 0 || isSelect(query)) && !parameters.some(isLong)
        ? { ...options, prepare: true, simple: false }
        : options,
    )) as never
  for (const name of ['begin', 'savepoint']) {
    const original = open[name]
    if (original) open[name] = withPreparedClient(original)
  }
  return client
}

/** Several hundred numbers, see `among`. */
const isLong = (parameter: unknown) => typeof parameter === 'string' && parameter.length > 4000

const isSelect = (query: string) => /^(\(*select|with) /.test(query) && !query.includes(';')

function withPreparedClient(begin: (...args: never[]) => unknown) {
  return (...args: unknown[]) => {
    const work = args.at(-1) as (client: Client) => unknown
    return begin(...([...args.slice(0, -1), (inner: Client) => work(prepareAll(inner))] as never[]))
  }
}
