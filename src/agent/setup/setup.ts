import { text } from 'node:stream/consumers'
import { SetupDocument, type SetupResult } from '../../contract/setup.ts'
import { clip } from '../clip.ts'
import type { Environment } from '../environment.ts'
import { hostFacts } from '../host-facts.ts'
import { refreshCgi } from './cgi.ts'
import { prepareFolders } from './folders.ts'
import { refreshFtp } from './ftp.ts'
import { prepareIsolation } from './isolation.ts'
import { prepareLogin } from './login.ts'
import { refreshMail } from './mail.ts'
import { refreshMariadb } from './mariadb.ts'
import { preparePhp } from './php.ts'
import { installProgram } from './program.ts'
import { requirePrograms } from './requirements.ts'
import { prepareSsh } from './ssh.ts'
import { prepareUsage } from './usage.ts'
import { prepareWeb } from './web.ts'

/** Prepares a host once, as root, at its enrolment. Running it again changes nothing. */
export async function setUp(env: Environment): Promise<void> {
  const changed: string[] = []
  const note: Note = (what, different) => {
    if (different) changed.push(what)
    return different
  }
  const result = await prepare(env, note).then(
    (): SetupResult => ({ ok: true, changed, error: null, facts: hostFacts(env) }),
    (error): SetupResult => ({ ok: false, changed, error: clip(String(error)), facts: null }),
  )
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = result.ok ? 0 : 1
}

/** Takes down what was different. @returns whether it was */
export type Note = (what: string, different: boolean) => boolean

async function prepare(env: Environment, note: Note): Promise<void> {
  const { publicKey } = SetupDocument.parse(JSON.parse(await text(process.stdin)))
  requirePrograms(env)
  await env.system.exclusive(async () => {
    prepareFolders(env, note)
    installProgram(env, note)
    await prepareLogin(env, note, publicKey)
    await prepareSsh(env, note)
    await prepareIsolation(env, note)
    await preparePhp(env, note)
    await prepareUsage(env, note)
    await prepareWeb(env, note)
    await refreshMail(env, note)
    await refreshMariadb(env, note)
    await refreshFtp(env, note)
    await refreshCgi(env, note)
  })
}
