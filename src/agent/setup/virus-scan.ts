import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { put } from '../files.ts'
import { MILTER_SOCKET, MILTER_UNIT, UNSCANNED } from '../services/virus-scan.ts'

const UNITS = '/etc/systemd/system'
const MILTER_CONF = '/etc/innkeeper/clamav-milter.conf'
const signatures = '/var/lib/clamav/*.{c[vl]d,ndb,hdb,hsb,ldb}'

/**
 * Debian's clamd starts with the official signatures only, and not by itself when they come later.
 * Ours takes those of the admin too, and starts with the first. The milter is one of our own, with
 * a socket that Postfix can see and a list of who does without it.
 */
export function prepareVirusScan(env: Environment): void {
  for (const unit of ['clamav-daemon.service', 'clamav-daemon.socket']) {
    mkdirSync(at(env, `${UNITS}/${unit}.d`), { recursive: true })
    // whoever may talk to clamd may also end it
    const socket = unit.endsWith('.socket') ? '\n[Socket]\nSocketMode=0660\n' : ''
    put(env, `${UNITS}/${unit}.d/innkeeper.conf`, `${condition}${socket}`)
  }
  put(env, `${UNITS}/innkeeper-clamav.path`, path)
  const stock = at(env, `${UNITS}/clamav-milter.service`)
  if (!existsSync(stock)) symlinkSync('/dev/null', stock)
  mkdirSync(at(env, '/etc/innkeeper'), { recursive: true })
  put(env, MILTER_CONF, milter)
  put(env, `${UNITS}/${MILTER_UNIT}`, milterUnit)
}

const condition = `[Unit]
ConditionPathExistsGlob=
ConditionPathExistsGlob=${signatures}
`

const path = `[Unit]
Description=Virus signatures for clamd

[Path]
PathChanged=/var/lib/clamav
Unit=clamav-daemon.service

[Install]
WantedBy=multi-user.target
`

const milter = `# Written by Innkeeper: what is changed here is lost
MilterSocket unix:${MILTER_SOCKET}
MilterSocketMode 660
FixStaleSocket true
Foreground true
ClamdSocket unix:/run/clamav/clamd.ctl
OnInfected Reject
RejectMsg This mail was refused, because a virus was found in it: %v
OnFail Defer
AddHeader Replace
Whitelist ${UNSCANNED}
LogSyslog true
`

/** Of the group postfix, whose servers connect to the socket, and of clamav, which may read the list. */
const milterUnit = `[Unit]
Description=Virus scan of mail
After=clamav-daemon.service
StartLimitIntervalSec=0

[Service]
User=clamav
Group=postfix
SupplementaryGroups=clamav
ExecStart=/usr/sbin/clamav-milter --config-file=${MILTER_CONF}
# it keeps nothing, and takes seconds to go by itself
KillSignal=SIGKILL
SuccessExitStatus=SIGKILL
Restart=on-failure
RestartSec=2

[Install]
WantedBy=multi-user.target
`
