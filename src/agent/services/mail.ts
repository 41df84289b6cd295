import { mkdirSync } from 'node:fs'
import type { Batch } from '../batch.ts'
import { at } from '../environment.ts'
import { drop, put, read } from '../files.ts'
import { isDirty } from '../marks.ts'
import { each, isLive, isOpen, noted, type Task, together } from '../task.ts'
import { type CustomerMail, customerMail, keptMail } from './customer-mail.ts'
import { makeMailFolders, removeMailFolders } from './mail-folders.ts'
import { FRAGMENTS, fragmentFile } from './mail-places.ts'
import { writeReplies } from './mail-replies.ts'
import { endSessions } from './mail-sessions.ts'
import { POSTFIX, writeTables } from './mail-tables.ts'
import { writeLists } from './mailing-lists.ts'

/** A customer whose mail is not as wanted. */
export interface MailChange {
  task: Task
  name: string
  have: CustomerMail | undefined
  want: CustomerMail | undefined
}

/**
 * Mailboxes and lists. Postfix and Dovecot read tables of all customers together, which are put
 * together again when the mail of one has changed; what the host has of each customer is written down
 * last, so that work that was interrupted is found undone and done again (F-155).
 */
export async function applyMail(batch: Batch): Promise<void> {
  const { env, abilities } = batch
  if (!abilities.mail.installed) return
  await makeMailFolders(batch)
  const changes = await findChanges(batch)
  const open = () => changes.filter(({ task }) => isOpen(task))
  const tasks = changes.map(({ task }) => task)
  if (changes.length === 0 && !isDirty(env, POSTFIX)) return

  await together(tasks, () => batch.step('Mail', () => carryOut(batch, open())))
  await each(
    open().map(({ task }) => task),
    (task) => noted(task, 'mail'),
  )
  for (const { name, want } of open()) keep(batch, name, want)
}

async function findChanges({ env, tasks }: Batch): Promise<MailChange[]> {
  const changes: MailChange[] = []
  await each(tasks, (task) => {
    const { name } = task.document.user
    const want = isLive(task) ? customerMail(task.document) : undefined
    const text = want && JSON.stringify(want)
    if (read(env, fragmentFile(name)) === text) return
    changes.push({ task, name, have: keptMail(env, name), want })
  })
  return changes
}

/** What addresses lead to is made before them, and goes after them. */
async function carryOut(batch: Batch, changes: MailChange[]): Promise<void> {
  await writeReplies(batch, changes)
  await writeLists(batch, changes)
  await writeTables(batch, changes)
  await endSessions(batch, changes)
  removeMailFolders(batch, changes)
}

function keep({ env }: Batch, name: string, want: CustomerMail | undefined): void {
  mkdirSync(at(env, FRAGMENTS), { recursive: true, mode: 0o700 })
  if (want) put(env, fragmentFile(name), JSON.stringify(want), { mode: 0o600 })
  else drop(env, fragmentFile(name))
}
