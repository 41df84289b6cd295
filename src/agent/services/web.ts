import type { Batch } from '../batch.ts'
import type { Environment } from '../environment.ts'
import { drop, put, read } from '../files.ts'
import { accept, isDirty, keepGood, keptGood, restoreGood } from '../marks.ts'
import { each, fail, isLive, isOpen, noted, type Task } from '../task.ts'
import { dropCertificates, putCertificates } from './certificates.ts'
import { vhostText } from './vhost.ts'

const SERVICE = 'nginx'
const FOLDER = '/etc/nginx/innkeeper.d'

/** One nginx file per subscription, named after its user; a file that nginx refuses is taken back. */
export async function applyWeb(batch: Batch): Promise<void> {
  const { env } = batch
  const wanted = new Map<Task, string | undefined>()
  await putCertificates(batch)
  await each(batch.tasks, (task) => {
    const text = isLive(task) ? vhostText(task.document, batch.abilities) : undefined
    wanted.set(task, text)
    if (write(env, task.document.user.name, text)) noted(task, 'vhost')
  })
  if (isDirty(env, SERVICE)) await takeOver(batch, wanted)
  await dropCertificates(batch, (name) => read(env, pathOf(name)) ?? '')
}

async function takeOver(batch: Batch, wanted: Map<Task, string | undefined>): Promise<void> {
  const { env } = batch
  const refusals = await batch.step('Web server', () => load(env))
  batch.reloaded.add(SERVICE)
  for (const [task, text] of wanted) {
    const { name } = task.document.user
    if (isOpen(task) && read(env, pathOf(name)) !== text) fail(task, blame(refusals, name))
  }
}

function write(env: Environment, name: string, text: string | undefined): boolean {
  const path = pathOf(name)
  if (read(env, path) !== text) keepGood(env, SERVICE, name, path)
  return text === undefined ? drop(env, path, SERVICE) : put(env, path, text, { mark: SERVICE })
}

interface Refusal {
  /** Whose file nginx names, undefined when it is none of ours. */
  name: string | undefined
  text: string
}

/**
 * Takes back one refused file after the other until nginx takes the rest. When it names a file that
 * is not ours, everything of this batch is taken back: what nginx serves is then what is on disk.
 */
async function load(env: Environment): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (;;) {
    const text = await env.system.loadNginx()
    if (text === undefined) break
    const name = ownFile.exec(text)?.[1]
    refusals.push({ name, text })
    if (name && restoreGood(env, SERVICE, name, pathOf(name))) continue
    for (const kept of keptGood(env, SERVICE)) restoreGood(env, SERVICE, kept, pathOf(kept))
    break
  }
  accept(env, SERVICE)
  return refusals
}

/** nginx names the virtual hosts of a user, or the certificate it does not take. */
const ownFile = /\/(?:innkeeper\.d|innkeeper\/tls)\/([a-z0-9]+)(?:-[0-9a-f]+\.pem|\.conf)\b/

function blame(refusals: Refusal[], name: string): string {
  const own = refusals.find((refusal) => refusal.name === name)
  return `The web server refused the change and serves what it had: ${(own ?? refusals.at(-1))?.text}`
}

const pathOf = (name: string): string => `${FOLDER}/${name}.conf`
