import type { Environment } from '../environment.ts'
import { put } from '../files.ts'
import { must } from '../run.ts'
import type { Note } from './setup.ts'

const UNITS = '/etc/systemd/system'
const PROGRAM = '/usr/local/lib/innkeeper/php-fpm'

/** Templates for `innkeeper-php@8.2-cato`: systemd holds the socket and starts FPM at the first request. */
export async function preparePhp(env: Environment, note: Note): Promise<void> {
  note('php program', put(env, PROGRAM, program, { mode: 0o755 }))
  const socketIsNew = put(env, `${UNITS}/innkeeper-php@.socket`, socket)
  const serviceIsNew = put(env, `${UNITS}/innkeeper-php@.service`, service)
  if (note('php units', socketIsNew || serviceIsNew)) await must(['systemctl', 'daemon-reload'])
}

/** The instance says version and customer; FPM is never root, so neither are its extensions. */
const program = `#!/bin/sh
version=\${1%%-*} name=\${1#*-}
exec setpriv --reuid "$name" --regid "$name" --init-groups \\
  "/usr/sbin/php-fpm$version" --nodaemonize --fpm-config "/etc/innkeeper/php/$1.conf"
`

const socket = `[Unit]
Description=Socket of PHP for %i
# removing and creating a customer again may be quick
StartLimitIntervalSec=0
CollectMode=inactive-or-failed

[Socket]
ListenStream=/run/innkeeper/php/%i.sock
SocketUser=www-data
SocketMode=0600
RemoveOnStop=yes
`

const service = `[Unit]
Description=PHP for %i
Requires=innkeeper-php@%i.socket
StartLimitIntervalSec=0
CollectMode=inactive-or-failed

[Service]
Type=notify
Environment=FPM_SOCKETS=/run/innkeeper/php/%i.sock=3
ExecStart=${PROGRAM} %i
# lets requests end
KillSignal=SIGQUIT
TimeoutStopSec=15
# a suspension kills whatever runs as the customer
SuccessExitStatus=SIGKILL
PrivateTmp=yes
ProtectProc=invisible
ProtectSystem=full
TasksMax=256
`
