import { readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { unlessGone } from '../files.ts'
import { run } from '../run.ts'
import type { Ending, System } from '../system.ts'
import { trouble } from '../trouble.ts'

export const running: System['running'] = (endings) =>
  new Set(find(endings).map(({ ending }) => ending.uid))

/** @throws {Error} when something stays, such as a process that waits for a dead disk */
export const endProcesses: System['endProcesses'] = async (endings) => {
  for (let round = 0; round < 100; round++) {
    const found = find(endings)
    if (found.length === 0) return
    for (const { pid } of found) kill(pid)
    const all = new Set(found.map(({ ending }) => ending).filter(({ what }) => what === 'all'))
    for (const { uid } of all) await killAll(String(uid))
    await sleep(2)
  }
  throw trouble('processesStay')
}

/** All at once, from inside: what forks faster than we look cannot get away. */
export async function killAll(user: string): Promise<void> {
  const as = ['--reuid', user, '--regid', 'nogroup', '--clear-groups']
  await run(['setpriv', ...as, 'sh', '-c', 'kill -KILL -1'], { asCustomer: true })
}

interface Found {
  pid: string
  ending: Ending
}

/** One look through /proc for all of them; most have nothing running. */
function find(endings: Ending[]): Found[] {
  const byUid = new Map(endings.map((ending) => [ending.uid, ending]))
  const byName = new Map(endings.map((ending) => [ending.name, ending]))
  return readdirSync('/proc')
    .filter((pid) => /^[0-9]+$/.test(pid))
    .flatMap((pid) => {
      const uid = unlessGone(() => statSync(`/proc/${pid}`).uid)
      const ending = uid === 0 ? byName.get(loginOf(pid)) : byUid.get(uid ?? -1)
      if (!ending || isDead(pid)) return []
      return uid === 0 || ending.what === 'all' || isSession(pid) ? [{ pid, ending }] : []
    })
}

/**
 * Whose ssh connection a process of root serves, by the title sshd gives it. Somebody who has just been
 * let in has nothing else running yet, and would stay.
 */
function loginOf(pid: string): string {
  const title = unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? ''
  return /^sshd: ([a-z][a-z0-9]*)[ @]/.exec(title)?.[1] ?? ''
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

function kill(pid: string): void {
  try {
    process.kill(Number(pid), 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
