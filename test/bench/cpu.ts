import { readdirSync, readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'

/** The process that started the one which answers; the database must be on this machine. */
export async function postmasterOf(db: Database): Promise<number> {
  const [row] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  return stat(String(row!.pid))[0]
}

/**
 * Milliseconds of processor time that this process and the database have used: what stays the same on
 * a machine that others use too. Counts in steps of ten, on Linux only.
 */
export function processorTime(postmaster: number): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000 + servers(postmaster).reduce((sum, ticks) => sum + ticks * 10, 0)
}

function servers(postmaster: number): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return numbers.flatMap((pid) => {
    const [parent, ticks] = stat(pid)
    return parent === postmaster ? [ticks] : []
  })
}

/** Its parent, and ticks in user and kernel mode; see proc(5). One that has just ended has none. */
function stat(pid: string): [parent: number, ticks: number] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return [Number(fields[1]), Number(fields[11]) + Number(fields[12])]
  } catch {
    return [0, 0]
  }
}
