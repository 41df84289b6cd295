import { mkdirSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { put } from '../files.ts'
import { must } from '../run.ts'
import type { Note } from './setup.ts'

const RULES = '/etc/tmpfiles.d/innkeeper-names.conf'
const again = `/usr/bin/systemd-tmpfiles --create ${RULES}`

/**
 * Whose homes there are and who logged in when and from where is no customer's business. systemd opens
 * it all again at each start of the host and with its own packages, and logrotate with each new file:
 * ours comes after each of them.
 */
export async function hideNames(env: Environment, note: Note): Promise<void> {
  const rotation = '/etc/systemd/system/logrotate.service.d'
  mkdirSync(at(env, rotation), { recursive: true })
  const changed = [
    put(env, RULES, rules),
    put(env, `${rotation}/innkeeper.conf`, `[Service]\nExecStopPost=-${again}\n`),
    put(env, '/etc/apt/apt.conf.d/90innkeeper', `DPkg::Post-Invoke { "${again} || true"; };\n`),
  ]
  if (!note('names', changed.includes(true))) return
  await must(['systemctl', 'daemon-reload'])
  await must(['systemd-tmpfiles', '--create', RULES])
}

/** The group is for terminals that write down who opened them. */
const rules = `# Written by Innkeeper
z /home 0711 root root -
z /run/utmp 0660 root utmp -
z /var/log/btmp* 0660 root utmp -
z /var/log/wtmp* 0660 root utmp -
z /var/log/lastlog 0660 root utmp -
`
