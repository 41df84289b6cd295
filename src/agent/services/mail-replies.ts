import { mkdirSync } from 'node:fs'
import type { Batch } from '../batch.ts'
import { at } from '../environment.ts'
import { put } from '../files.ts'
import type { MailChange } from './mail.ts'
import { REPLIES, replyFile } from './mail-places.ts'

/** Root's, and readable for the customer as whom Dovecot runs them. */
export async function writeReplies({ env }: Batch, changes: MailChange[]): Promise<void> {
  const written: string[] = []
  mkdirSync(at(env, REPLIES), { recursive: true, mode: 0o711 })
  for (const { want } of changes)
    for (const [id, script] of Object.entries(want?.replies ?? {})) {
      const file = replyFile(Number(id))
      if (put(env, file, script, { mode: 0o640, gid: want?.uid })) written.push(file)
    }
  if (written.length > 0) await env.system.compileReplies(written)
}
