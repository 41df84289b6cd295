import type { Batch } from '../batch.ts'
import { isOpen, noted, type Task, together } from '../task.ts'

/**
 * Ends what still runs of suspended and removed subscriptions, and the ssh sessions of those that may
 * not log in. After the web server has let go, else a last request would start PHP again.
 */
export async function endProcesses(batch: Batch): Promise<void> {
  const tasks = batch.tasks.filter(isOpen)
  const uids = new Map<number, 'all' | 'sessions'>()
  for (const task of tasks) {
    const which = toEnd(task)
    if (which) uids.set(task.document.user.uid, which)
  }
  if (uids.size === 0) return

  await together(tasks, async () => {
    const ended = await batch.step('End processes', () => batch.env.system.endProcesses(uids))
    for (const task of tasks) if (ended.has(task.document.user.uid)) noted(task, 'processes')
  })
}

function toEnd({ document }: Task): 'all' | 'sessions' | undefined {
  if (document.state !== 'active') return 'all'
  return document.user.shell === 'off' ? 'sessions' : undefined
}
