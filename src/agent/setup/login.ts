import { chmodSync, mkdirSync } from 'node:fs'
import { CONTROL_LOGIN } from '../../contract/setup.ts'
import { at, type Environment } from '../environment.ts'
import { put } from '../files.ts'
import { CUSTOMERS, readPasswd } from '../passwd.ts'
import { must } from '../run.ts'
import { command } from './program.ts'
import type { Note } from './setup.ts'

const HOME = '/var/lib/innkeeper-login'
const SHELL = '/bin/sh'
const SUDOERS = '/etc/sudoers.d/innkeeper'

/** A login without password whose one key can start the agent: no shell, no terminal, no forwarding. */
export async function prepareLogin(env: Environment, note: Note, publicKey: string): Promise<void> {
  const { users, gidOf } = readPasswd(env)
  if (note('group of customers', !gidOf.has(CUSTOMERS)))
    await must(['groupadd', '--system', CUSTOMERS])

  const have = users.get(CONTROL_LOGIN)
  if (note('control login', have?.home !== HOME || have.shell !== SHELL)) {
    const make = ['--system', '--user-group', '--no-create-home', '--home-dir', HOME]
    const [program, ...rest] = have ? ['usermod', '--home', HOME] : ['useradd', ...make]
    await must([program!, ...rest, '--shell', SHELL, CONTROL_LOGIN])
  }
  // not '!': a locked login cannot use its key either
  if (have?.hash !== '*') await must(['usermod', '--password', '*', CONTROL_LOGIN])

  // root's, so that the login cannot give itself another key
  mkdirSync(at(env, `${HOME}/.ssh`), { recursive: true })
  for (const path of [HOME, `${HOME}/.ssh`]) chmodSync(at(env, path), 0o755)
  const key = `restrict,command="/usr/bin/sudo -n ${command}" ${publicKey}\n`
  note('control key', put(env, `${HOME}/.ssh/authorized_keys`, key))
  note('sudo rule', put(env, SUDOERS, sudoers, { mode: 0o440 }))
  await must(['visudo', '--check', '--quiet', '--file', at(env, SUDOERS)])
}

/** sudo compares every word; `=` has a meaning there and needs a backslash. */
const sudoers = `# Written by Innkeeper
Defaults:${CONTROL_LOGIN} !requiretty, env_reset, !use_pty
${CONTROL_LOGIN} ALL=(root) NOPASSWD: ${command.replaceAll('=', '\\=')}
`
