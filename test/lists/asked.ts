import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'

export interface Statement {
  text: string
  values: unknown[]
}

/** What is asked of the database meanwhile, also inside transactions. */
export async function statements(
  db: Database,
  meanwhile: () => Promise<unknown>,
): Promise<Statement[]> {
  const asked: Statement[] = []
  const ends: (() => void)[] = []
  const listen = (client: Client) => {
    const { unsafe, begin } = client
    client.unsafe = (text, values = [], more = {}) => {
      asked.push({ text, values })
      return unsafe(text, values, more)
    }
    ends.push(() => Object.assign(client, { unsafe, begin }))
    if (!begin) return
    client.begin = (...all: unknown[]) => {
      const work = all.at(-1) as (inner: Client) => unknown
      const heard = (inner: Client) => {
        listen(inner)
        return work(inner)
      }
      return begin(...all.slice(0, -1), heard)
    }
  }
  listen(db.$client as unknown as Client)
  try {
    await meanwhile()
  } finally {
    for (const end of ends) end()
  }
  return asked
}

interface Client {
  unsafe: (text: string, values?: unknown[], more?: object) => unknown
  begin?: (...all: unknown[]) => unknown
}

/**
 * By all of them together, also those that a filter throws away.
 *
 * @param known what was found before, while nothing has changed: pages have statements in common
 */
export async function rowsRead(
  db: Database,
  asked: Statement[],
  known = new Map<string, number>(),
): Promise<number> {
  let rows = 0
  for (const { text, values } of asked) {
    if (!reads(text)) continue
    // The dashboard counts to ten thousand, which is more than a test can make.
    const shorter = literal(text.replaceAll(/limit 1000[01]\b/g, 'limit 101'), values)
    if (!known.has(shorter)) known.set(shorter, await rowsOf(db, shorter))
    rows += known.get(shorter)!
  }
  return rows
}

async function rowsOf(db: Database, statement: string): Promise<number> {
  const [found] = await db.execute<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    sql.raw(`explain (analyze, timing off, format json) ${statement}`),
  )
  return readBy(found!['QUERY PLAN'][0].Plan)
}

export const reads = (text: string) => /^[\s(]*(select|with)\b/.test(text)

export const literal = (text: string, values: unknown[]) =>
  text.replaceAll(/\$(\d+)/g, (_, n) => {
    const value = values[Number(n) - 1]
    if (value === null || value === undefined) return 'null'
    const said = value instanceof Date ? value.toISOString() : String(value)
    return `'${said.replaceAll("'", "''")}'`
  })

interface Node {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Node[]
}

function readBy(node: Node): number {
  const below = (node.Plans ?? []).reduce((sum, one) => sum + readBy(one), 0)
  if (!node['Node Type'].includes('Scan')) return below
  const thrownAway =
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return below + (node['Actual Rows'] + thrownAway) * node['Actual Loops']
}
