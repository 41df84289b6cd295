import type { Document } from '../../contract/document.ts'
import type { Batch } from '../batch.ts'
import { dropAside, put, read } from '../files.ts'
import { isOpen, noted } from '../task.ts'

/** The customers who may log in by ssh; pam_listfile asks it at each login, so nothing is reloaded. */
export const SSH_ALLOW = '/etc/innkeeper/ssh.allow'

export async function applySshAccess(batch: Batch): Promise<void> {
  const tasks = batch.tasks.filter(isOpen)
  const allowed = new Set((read(batch.env, SSH_ALLOW) ?? '').split('\n').filter(Boolean))
  const changing = tasks.filter(({ document }) => allowed.has(document.user.name) !== may(document))
  if (changing.length === 0) return dropAside(batch.env, SSH_ALLOW)

  for (const { document } of changing) {
    if (may(document)) allowed.add(document.user.name)
    else allowed.delete(document.user.name)
  }
  const text = [...allowed].map((name) => `${name}\n`).join('')
  await batch.step('SSH access', () => put(batch.env, SSH_ALLOW, text, { mode: 0o600 }))
  for (const task of changing) noted(task, 'ssh')
}

const may = (document: Document): boolean =>
  document.state === 'active' && document.user.shell !== 'off'
