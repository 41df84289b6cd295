import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { MAX_UID, MIN_UID } from '../../contract/document.ts'
import { at, type Environment } from '../environment.ts'
import { put, read } from '../files.ts'
import { CUSTOMERS, readPasswd } from '../passwd.ts'
import { must, run } from '../run.ts'
import { hidesProcesses } from '../services/hidden-processes.ts'
import { SESSION_FOLDERS, sessionFolders } from '../services/session-folders.ts'
import { hideNames } from './hidden-names.ts'
import { separateSockets } from './separate-sockets.ts'
import type { Note } from './setup.ts'

/** Who is in it sees all processes: programs that watch over the host and do not run as root. */
const WATCHERS = 'innkeeper-watchers'
const UNITS = '/etc/systemd/system'
const UNIT = 'innkeeper-hide-processes.service'

/** What lies between customers who have programs of their own run: processes, sockets, names, folders, the bus. */
export async function prepareIsolation(env: Environment, note: Note): Promise<void> {
  await hideProcesses(env, note)
  await separateSockets(env, note)
  await hideNames(env, note)
  separateFolders(env, note)
  if (note('bus', put(env, '/etc/dbus-1/system.d/innkeeper.conf', bus)))
    await run(['systemctl', 'reload', 'dbus'])
}

/**
 * A kernel may refuse it, as in some containers: then the host does not say that it hides them, and
 * the panel warns.
 */
async function hideProcesses(env: Environment, note: Note): Promise<void> {
  if (note('group of watchers', !readPasswd(env).gidOf.has(WATCHERS)))
    await must(['groupadd', '--system', WATCHERS])
  const changed = ['systemd-logind', 'polkit'].map((service) => {
    mkdirSync(at(env, `${UNITS}/${service}.service.d`), { recursive: true })
    return put(env, `${UNITS}/${service}.service.d/innkeeper.conf`, watching)
  })
  const unitIsNew = put(env, `${UNITS}/${UNIT}`, unit)
  if (!note('processes', unitIsNew || changed.includes(true) || !hidesProcesses(env))) return
  await must(['systemctl', 'daemon-reload'])
  await run(['systemctl', 'enable', UNIT])
  await run(['systemctl', 'restart', UNIT])
  await run(['systemctl', 'try-restart', 'systemd-logind', 'polkit'])
}

/** By pam_namespace, for those who log in by ssh and for their cron jobs. */
function separateFolders(env: Environment, note: Note): void {
  makeFolder(env, SESSION_FOLDERS, 0o755)
  for (const parent of Object.values(sessionFolders)) makeFolder(env, parent, 0)
  mkdirSync(at(env, '/etc/security/namespace.d'), { recursive: true })
  const lines = Object.entries(sessionFolders).map(
    ([seen, parent]) => `${seen} ${parent}/ user root`,
  )
  const text = ['# Written by Innkeeper', ...lines, ''].join('\n')
  note('folders of sessions', put(env, '/etc/security/namespace.d/innkeeper.conf', text))
  note('cleaning', put(env, '/etc/tmpfiles.d/innkeeper-tmp.conf', cleaning))
  for (const service of ['sshd', 'cron']) {
    const path = `/etc/pam.d/${service}`
    const pam = read(env, path)
    if (pam === undefined || pam.includes('pam_namespace.so')) continue
    note(`pam of ${service}`, put(env, path, `${pam.trimEnd()}\n${pamLines}`))
  }
}

/** pam_namespace takes no parent that anybody but root could look into. */
function makeFolder(env: Environment, path: string, mode: number): void {
  mkdirSync(at(env, path), { recursive: true })
  if ((statSync(at(env, path)).mode & 0o777) !== mode) chmodSync(at(env, path), mode)
}

const unit = `[Unit]
Description=Hide the processes of others from customers
DefaultDependencies=no
After=systemd-remount-fs.service
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/mount -o remount,hidepid=invisible,gid=${WATCHERS} /proc

[Install]
WantedBy=sysinit.target
`

/** They ask whose process it is that speaks to them. */
const watching = `[Service]
SupplementaryGroups=${WATCHERS}
`

/** The service manager tells everybody who asks the command lines of all processes, and logind who is in. */
const bus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy group="${CUSTOMERS}">
    <deny send_destination="org.freedesktop.systemd1"/>
    <deny send_destination="org.freedesktop.login1"/>
  </policy>
</busconfig>
`

const cleaning = `# As systemd does with the folders they stand for
e ${sessionFolders['/tmp']}/* - - - 10d
e ${sessionFolders['/var/tmp']}/* - - - 30d
R! ${sessionFolders['/dev/shm']}/*
`

const pamLines = `# Innkeeper: customers have folders for temporary files of their own
session [success=ignore default=1] pam_succeed_if.so quiet uid >= ${MIN_UID} uid <= ${MAX_UID}
session required pam_namespace.so
`
