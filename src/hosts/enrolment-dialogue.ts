import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Actor } from '../audit/actor.ts'
import type { Database } from '../db/database.ts'
import type { JobWatch } from '../jobs/watch.ts'
import { findHost } from './access.ts'
import { addHost, type NewHost } from './adding.ts'
import { enrol } from './enrolment.ts'
import { fingerprint } from './fingerprint.ts'
import { removeHost } from './removal.ts'
import type { Host } from './schema.ts'

export interface DialogueTools {
  db: Database
  jobs: JobWatch
  sealingKey: Buffer
  actor: Actor
}

/**
 * What the pages under /hosts/new do, for a shell.
 *
 * @param expected the fingerprint known beforehand; null: a person compares it now
 * @throws {Error} with one plain sentence when the host does not come online
 */
export async function enrolFromShell(
  { db, jobs, sealingKey, actor }: DialogueTools,
  place: NewHost,
  expected: string | null,
) {
  const { hostId, jobId } = await addHost(db, actor, place)
  await jobs.finished(jobId, 30_000)
  try {
    const confirmed = await comparedKey(await findHost(db, actor, hostId), expected)
    const password = (await readPassword()) || null
    await enrol(db, sealingKey, actor, hostId, { confirmed, password })
  } catch (error) {
    // Nothing was sent to it yet, so that the same command can be given again.
    await removeHost(db, actor, hostId)
    throw error
  }
  await follow(db, actor, hostId)
}

async function comparedKey({ offeredKey, stateReason, address }: Host, expected: string | null) {
  if (!offeredKey) throw new Error(stateReason || 'The host did not answer.')
  const offered = fingerprint(offeredKey)
  console.log(`The key of ${address} is ${offered}`)
  if (expected !== null && expected !== offered) {
    throw new Error('That is not the fingerprint you gave; nothing was sent to the host.')
  }
  if (expected === null && !(await confirmed())) throw new Error('Stopped; nothing was sent to it.')
  return offered
}

async function confirmed(): Promise<boolean> {
  console.log('Compare it on the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  const terminal = createInterface({ input: stdin, output: stdout })
  const answer = await terminal.question('Is it the same? (yes/no) ')
  terminal.close()
  return answer.trim().toLowerCase() === 'yes'
}

/** Not shown while it is typed; from a pipe it is the first line. */
async function readPassword(): Promise<string> {
  if (stdin.isTTY) stdout.write('Root password (empty: the key is in authorized_keys): ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY })
  try {
    for await (const line of terminal) return line
    return ''
  } finally {
    terminal.close()
    if (stdin.isTTY) stdout.write('\n')
  }
}

async function follow(db: Database, actor: Actor, hostId: number) {
  for (let said = ''; ; await pause(200)) {
    const { state, stateReason, name } = await findHost(db, actor, hostId)
    if (stateReason !== said && stateReason !== '') console.log(`  ${stateReason}`)
    said = stateReason
    if (state === 'online') return console.log(`Host ${name} is online.`)
    if (state === 'failed' || state === 'key-changed') {
      throw new Error(`Host ${name} could not be set up. ${stateReason}`)
    }
  }
}
