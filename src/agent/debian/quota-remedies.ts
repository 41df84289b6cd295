import { say, type Told } from '../../contract/said.ts'
import type { Mount } from './home-mount.ts'

/** What the kernel does with user quotas of a file system, and what quotaon(8) complained of. */
export interface QuotaState {
  state: 'off' | 'counting' | 'enforcing'
  said?: string
}

/** As which of these file systems' options show that they were to keep limits per user. */
const option: Record<string, RegExp> = {
  ext4: /^(?:usrquota|usrjquota=.+)$/,
  // the second is what quotaoff leaves
  xfs: /^(?:usrquota|uqnoenforce)$/,
}

/** What is in the way of limits per user (P-56). @param ask undefined: there are no tools */
export function obstacle(mount: Mount, ask?: (point: string) => QuotaState): Told | undefined {
  const { point, type, options } = mount
  const wanted = option[type]
  if (!wanted) return say('putHomeElsewhere', { type })
  if (!ask) return say('install', { packages: 'quota' })
  const { state, said } = ask(point)
  if (!options.some((given) => wanted.test(given))) return mending(mount, state)
  if (state === 'enforcing') return undefined
  return said ? say('turnQuotaOnNow', { point, said }) : say('turnQuotaOn', { point })
}

function mending({ type, point, device, options }: Mount, state: QuotaState['state']): Told {
  // it does not change its mind at a remount, and the root is mounted before there is an fstab
  if (type === 'xfs') return point === '/' ? say('bootWithQuota') : say('mountWithQuota', { point })
  // ext4 counts by itself then, without files
  if (state !== 'off') return say('addQuotaOptionOnly', { point })
  // and it has either files or this, which so far is only for projects
  if (options.includes('prjquota')) return say('addUserQuota', { point, device })
  return say('addQuotaOption', { point })
}
