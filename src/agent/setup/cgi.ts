import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { exists, put, read } from '../files.ts'
import { must } from '../run.ts'
import { CGI_SOCKET_UNIT } from '../services/cgi.ts'
import type { Note } from './setup.ts'

const UNITS = '/etc/systemd/system'
const SERVICE_UNIT = `${UNITS}/innkeeper-cgi@.service`

/** Templates for `innkeeper-cgi@cato`: systemd holds the socket, fcgiwrap is never anybody else. */
export function prepareCgi(env: Environment): void {
  // Debian's own would let every customer run programs as www-data
  const stock = at(env, `${UNITS}/fcgiwrap.socket`)
  mkdirSync(at(env, UNITS), { recursive: true })
  if (!existsSync(stock)) symlinkSync('/dev/null', stock)
  put(env, SERVICE_UNIT, service)
  put(env, CGI_SOCKET_UNIT, socket)
}

/** A host that runs programs already gets what a newer agent does otherwise. */
export async function refreshCgi(env: Environment, note: Note): Promise<void> {
  if (!exists(env, CGI_SOCKET_UNIT)) return
  const isOld = read(env, SERVICE_UNIT) !== service || read(env, CGI_SOCKET_UNIT) !== socket
  if (!note('cgi', isOld)) return
  prepareCgi(env)
  await must(['systemctl', 'daemon-reload'])
}

const socket = `[Unit]
Description=Socket of CGI programs for %i
StartLimitIntervalSec=0
CollectMode=inactive-or-failed

[Socket]
ListenStream=/run/innkeeper/cgi/%i.sock
SocketUser=www-data
SocketMode=0600
RemoveOnStop=yes
`

const service = `[Unit]
Description=CGI programs for %i
Requires=innkeeper-cgi@%i.socket
StartLimitIntervalSec=0
CollectMode=inactive-or-failed

[Service]
User=%i
ExecStart=/usr/sbin/fcgiwrap -c 4
StandardInput=socket
StandardError=journal
# a suspension kills whatever runs as the customer
SuccessExitStatus=SIGKILL
PrivateTmp=yes
ProtectProc=invisible
ProtectSystem=full
TasksMax=256
`
