import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Milliseconds of processor time that this process and the database in `dataFolder` have used: what
 * stays the same on a machine that others use too. Counts in steps of ten, on Linux only.
 */
export function processorTime(dataFolder: string): number {
  const lock = readFileSync(join(dataFolder, 'postgres/pg/postmaster.pid'), 'utf8')
  const postmaster = Number.parseInt(lock, 10)
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
