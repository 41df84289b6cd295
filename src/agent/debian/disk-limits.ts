import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { must } from '../run.ts'
import type { DiskLimits, System } from '../system.ts'
import { type Mount, mountOf } from './home-mount.ts'
import { obstacle, type QuotaState } from './quota-remedies.ts'

const KB = 1024
const SETQUOTA = '/usr/sbin/setquota'

/** Asked for each batch: somebody may turn it on or off at any time. */
export function diskLimits(): DiskLimits {
  const remedy = obstacle(homeMount(), existsSync(SETQUOTA) ? quotaState : undefined)
  return remedy === undefined ? { kept: true } : { kept: false, remedy }
}

export const readDiskLimits: System['readDiskLimits'] = async () => {
  const { point } = homeMount()
  // verbose: also who has written nothing yet
  const report = ['repquota', '--user', '--no-names', '--verbose', '--output=csv', point] as const
  return limitsIn(await must([...report]))
}

/** All in one go, on standard input: numbers, so that a user need not be there yet or any more. */
export const writeDiskLimits: System['writeDiskLimits'] = async (limits) => {
  const { point } = homeMount()
  const lines = [...limits].map(([uid, bytes]) => `${uid} 0 ${bytes / KB} 0 0\n`)
  await must(['setquota', '--user', '--batch', point], { input: lines.join('') })
}

/** `#70001,ok,ok,4,0,2048,…` with the hard limit of blocks of 1,024 bytes in the sixth column. */
export function limitsIn(report: string): Map<number, number> {
  const lines = [...report.matchAll(/^#([0-9]+),[^,]*,[^,]*,[0-9]+,[0-9]+,([0-9]+),/gm)]
  return new Map(
    lines
      .map(([, uid, blocks]) => [Number(uid), Number(blocks) * KB] as const)
      .filter(([, bytes]) => bytes > 0),
  )
}

function homeMount(): Mount {
  return mountOf(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync('/home'))
}

/** What the kernel itself says; mount options only say what was asked for. */
function quotaState(point: string): QuotaState {
  const { stdout, stderr } = spawnSync('quotaon', ['--print-state', '--verbose', '--user', point], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C' },
    timeout: 5000,
  })
  return stateIn(stdout ?? '', stderr ?? '')
}

/** `user quota on /home (/dev/sda3) is on (enforced)`; after a quotaoff ext4 may go on counting. */
export function stateIn(stdout: string, stderr: string): QuotaState {
  if (/^user quota on .* is on\b(?!.*accounting)/m.test(stdout)) return { state: 'enforcing' }
  if (/^user quota on .* is on\b/m.test(stdout)) return { state: 'counting' }
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 120)
  return said ? { state: 'off', said } : { state: 'off' }
}
