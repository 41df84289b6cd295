import type { Batch } from '../batch.ts'
import type { PasswdBook } from '../passwd.ts'
import type { Ending } from '../system.ts'
import { noted, type Task, together } from '../task.ts'

/**
 * Ends what still runs of suspended and removed subscriptions, and the ssh sessions of those that may
 * not log in. After the web server has let go, else a last request would start PHP again; but also
 * when something else has failed, so that nobody stays who may not.
 */
export async function endProcesses(batch: Batch, book: PasswdBook): Promise<void> {
  const { system } = batch.env
  const tasks = batch.tasks.filter((task) => !task.closed)
  const endings = tasks.flatMap((task) => endingOf(task, book))
  const running = endings.length > 0 ? system.running(endings) : new Set()
  const concerned = tasks.filter(({ document }) => running.has(document.user.uid))
  if (concerned.length === 0) return

  for (const task of concerned) noted(task, 'processes')
  await together(concerned, () => batch.step('End processes', () => system.endProcesses(endings)))
}

/** Once a user is gone, what runs with his number is only ours, deleting his files. */
function endingOf({ document: { state, user } }: Task, book: PasswdBook): Ending[] {
  const { name, uid } = user
  if (state === 'removed' && !book.users.has(name)) return []
  if (state !== 'active') return [{ name, uid, what: 'all' }]
  return 'shell' in user && user.shell === 'off' ? [{ name, uid, what: 'sessions' }] : []
}
