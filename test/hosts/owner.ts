import { readFileSync } from 'node:fs'

/** Whose hosts they are. Without a process they were started by hand and stay until taken down. */
export interface Owner {
  boot: string
  process?: { pid: number; started: string }
}

export function thisProcess(): Owner {
  return { boot: bootId(), process: { pid: process.pid, started: startOf(process.pid)! } }
}

export function byHand(): Owner {
  return { boot: bootId() }
}

/** A pid alone is not enough, since another process may have got it meanwhile. */
export function alive({ boot, process }: Owner): boolean {
  if (boot !== bootId()) return false
  return !process || startOf(process.pid) === process.started
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Clock ticks between the machine's boot and the process's start; undefined when it is gone. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : fields[18]
  } catch {
    return undefined
  }
}
