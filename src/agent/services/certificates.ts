import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { SiteCertificate } from '../../contract/sites.ts'
import type { Batch } from '../batch.ts'
import { at, type Environment } from '../environment.ts'
import { exists, list, put } from '../files.ts'
import { each, isLive, noted } from '../task.ts'

/** What sites with a certificate include; without it this host was set up before there were any. */
export const LISTEN_TLS = '/etc/innkeeper/nginx/listen-tls.conf'
const FOLDER = '/etc/innkeeper/tls'

export const canServeHttps = (env: Environment): boolean => exists(env, LISTEN_TLS)

/**
 * Named after what is in it, so that a new certificate is a new file: until nginx has taken it over
 * the old one is there, and a virtual host that is taken back finds what it had.
 */
export function certificatePath(name: string, { chain, key }: SiteCertificate): string {
  const hash = createHash('sha256').update(chain).update(key).digest('hex')
  return `${FOLDER}/${name}-${hash.slice(0, 32)}.pem`
}

/** Before the virtual hosts that name them. Chain and key in one file, for root alone. */
export async function putCertificates({ env, tasks, abilities }: Batch): Promise<void> {
  if (!abilities.servesHttps) return
  await each(tasks.filter(isLive), (task) => {
    const { user, sites } = task.document
    for (const { certificate } of sites) {
      if (!certificate) continue
      const text = certificate.chain + certificate.key
      const changed = put(env, certificatePath(user.name, certificate), text, { mode: 0o600 })
      if (changed) noted(task, 'certificate')
    }
  })
}

/**
 * Those that no virtual host names any more, and what an agent began that was killed.
 *
 * @param served text of a user's virtual hosts
 */
export async function dropCertificates(
  { env, tasks }: Batch,
  served: (name: string) => string,
): Promise<void> {
  const present = list(env, FOLDER)
  await each(tasks, ({ document: { user } }) => {
    const own = present.filter((file) => file.replace(/^\./, '').startsWith(`${user.name}-`))
    const text = own.length > 0 ? served(user.name) : ''
    for (const file of own)
      if (!text.includes(`/${file}`)) rmSync(at(env, `${FOLDER}/${file}`), { force: true })
  })
}
