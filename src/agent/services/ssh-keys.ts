import type { Batch } from '../batch.ts'
import { drop, put } from '../files.ts'
import { each, isLive, noted } from '../task.ts'

/** Root's, outside the homes: what a customer puts into his own is not asked. */
export const SSH_KEYS = '/etc/innkeeper/ssh-keys'

/** sshd reads them at each login, as the customer, so nothing is reloaded. */
export async function applySshKeys({ env, tasks }: Batch): Promise<void> {
  await each(tasks, (task) => {
    const { name, uid } = task.document.user
    const path = `${SSH_KEYS}/${name}`
    const keys = isLive(task) ? (task.document.sshKeys ?? []) : []
    const text = keys.map(({ type, blob }) => `${type} ${blob}\n`).join('')
    const changed = text ? put(env, path, text, { mode: 0o640, gid: uid }) : drop(env, path)
    if (changed) noted(task, 'ssh keys')
  })
}
