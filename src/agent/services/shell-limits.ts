import type { LiveDocument } from '../../contract/document.ts'
import { remedy, say } from '../../contract/said.ts'
import type { Batch } from '../batch.ts'
import type { Environment } from '../environment.ts'
import { drop, put, read } from '../files.ts'
import { each, isLive, noted } from '../task.ts'

/**
 * CPU and process limits of the limited shell, set by pam_limits at each login (S-48). Where a host
 * does not have it, plain bash is used and the subscription says so.
 */
export async function applyShellLimits(batch: Batch): Promise<void> {
  const { env } = batch
  const able = batch.abilities.limitsShells
  await each(batch.tasks, (task) => {
    const { user } = task.document
    const path = `/etc/security/limits.d/innkeeper-${user.name}.conf`
    const limited = isLive(task) && task.document.user.shell === 'limited'
    const text = limited && able ? limitsText(task.document) : undefined
    if (text ? put(env, path, text) : drop(env, path)) noted(task, 'limits')
    if (limited && !able)
      task.result.shortfalls.push({
        property: 'shell',
        wanted: 'limited',
        available: 'bash',
        ...remedy(say('addPamLimits')),
      })
  })
}

export function canLimitShells(env: Environment): boolean {
  const included = ['sshd', 'common-session'].map((name) => read(env, `/etc/pam.d/${name}`) ?? '')
  return included.some((text) => /^\s*session\s.*\bpam_limits\.so\b/m.test(text))
}

/**
 * Text for limits.conf(5), undefined where nothing is limited. A `-` sets the hard limit too, so the
 * customer cannot lift it. CPU time is counted there in minutes: seconds are rounded up.
 */
export function limitsText({ user: { name, limits } }: LiveDocument): string | undefined {
  const lines: string[] = []
  if (limits.processes !== null) lines.push(`${name} - nproc ${limits.processes}`)
  if (limits.cpuSeconds !== null) lines.push(`${name} - cpu ${Math.ceil(limits.cpuSeconds / 60)}`)
  if (lines.length === 0) return undefined
  return ['# Written by Innkeeper', ...lines, ''].join('\n')
}
