import { readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { MIN_UID } from '../../contract/document.ts'
import { unlessGone } from '../files.ts'
import { run } from '../run.ts'
import type { System } from '../system.ts'

/** One look through /proc for all uids; most have nothing running. */
export const endProcesses: System['endProcesses'] = async (uids) => {
  const ended = new Set<number>()
  for (let round = 0; round < 100; round++) {
    const running = findProcesses(uids)
    if (running.length === 0) return ended
    for (const { pid, uid } of running) {
      ended.add(uid)
      if (uids.get(uid) === 'sessions') kill(pid)
    }
    const all = new Set(running.map(({ uid }) => uid).filter((uid) => uids.get(uid) === 'all'))
    for (const uid of all) await killAll(String(uid))
    await sleep(2)
  }
  throw new Error('Processes of a customer do not end')
}

/** All at once, from inside: what forks faster than we look cannot get away. */
export async function killAll(user: string): Promise<void> {
  const as = ['--reuid', user, '--regid', 'nogroup', '--clear-groups']
  await run(['setpriv', ...as, 'sh', '-c', 'kill -KILL -1'])
}

interface Process {
  pid: number
  uid: number
}

function findProcesses(uids: ReadonlyMap<number, 'all' | 'sessions'>): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      const uid = unlessGone(() => statSync(`/proc/${name}`).uid)
      const which = uid !== undefined && uid >= MIN_UID ? uids.get(uid) : undefined
      if (uid === undefined || which === undefined || isDead(name)) return []
      return which === 'all' || isSession(name) ? [{ pid: Number(name), uid }] : []
    })
}

/** A login by ssh: logind puts it into the user's slice; without logind it stays in sshd's unit. */
function isSession(pid: string): boolean {
  const cgroup = unlessGone(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8')) ?? ''
  return /\/user\.slice\/|\/ssh\.service/.test(cgroup)
}

/** Killed, but its parent has not asked yet: it does nothing any more. */
function isDead(pid: string): boolean {
  const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ') Z'
  return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
