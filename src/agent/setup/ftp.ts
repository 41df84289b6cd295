import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { exists, put, read } from '../files.ts'
import { FTP_LINES, FTP_LOGINS, FTP_SOCKET } from '../services/ftp.ts'
import {
  FTP_GROUPS,
  FTP_LIMITS,
  FTP_TALLIES,
  LIMITS,
  markOverLimit,
  OVER_LIMIT,
} from '../services/over-limit.ts'
import { ftpLogText } from '../usage/ftp-traffic.ts'
import type { Note } from './setup.ts'
import { putTested, tookOver } from './tested.ts'

const FOLDER = '/etc/proftpd'
const CONF = `${FOLDER}/conf.d/innkeeper.conf`
const TOLD = `${FOLDER}/innkeeper-over-limit.txt`

/** Since it was measured somebody may have deleted something. */
const TELLING =
  'The disk space was used up when it was last measured: uploads are refused until files are deleted.\n'

/** Who came from where and took what: ProFTPD makes a file there that everybody may read. */
const PROFTPD_LOGS = '/var/log/proftpd'

/** Passwords never go over the line as they are. */
export async function prepareFtp(env: Environment): Promise<void> {
  mkdirSync(at(env, `${FOLDER}/conf.d`), { recursive: true })
  for (const folder of [FTP_LINES, LIMITS])
    mkdirSync(at(env, folder), { recursive: true, mode: 0o700 })
  if (!exists(env, FTP_LOGINS)) put(env, FTP_LOGINS, '', { mode: 0o600 })
  markOverLimit(env)
  closeLogs(env)
  put(env, TOLD, TELLING)
  if (!(await putTested(env, 'proftpd', CONF, configuration))) return
  await env.system.restartUnits(['proftpd.service'])
  tookOver(env, 'proftpd')
}

/** A host that has FTP already gets what a newer agent does otherwise. */
export async function refreshFtp(env: Environment, note: Note): Promise<void> {
  if (!exists(env, CONF)) return
  note('logs of ftp', closeLogs(env))
  if (note('ftp', read(env, CONF) !== configuration)) await prepareFtp(env)
}

/** @returns whether it was open */
function closeLogs(env: Environment): boolean {
  const folder = at(env, PROFTPD_LOGS)
  if (!exists(env, PROFTPD_LOGS) || (statSync(folder).mode & 0o777) === 0o750) return false
  chmodSync(folder, 0o750)
  return true
}

/**
 * Chrooted into the folder of the login, with the customer's rights and no way back to root's. What a
 * link of his leads to stays outside (F-170).
 *
 * Quotas: Debian's own file says before this one that they are off, and the first word counts. What
 * is said of a class comes before both, and nobody is in a class of this name.
 */
const configuration = `# Innkeeper
LoadModule mod_tls.c
ServerIdent on "FTP"
UseReverseDNS off
DefaultRoot ~
AllowChrootSymlinks off
RootRevoke on
RequireValidShell off
AuthOrder mod_auth_file.c
AuthUserFile ${FTP_LOGINS}
AuthGroupFile ${FTP_GROUPS}
PersistentPasswd off
AllowOverwrite on
AllowStoreRestart on
AllowRetrieveRestart on
Umask 022 022
PassivePorts 49152 50175
MaxLoginAttempts 3
TimeoutLogin 60

ControlsEngine on
ControlsSocket ${FTP_SOCKET}

TLSEngine on
TLSProtocol TLSv1.2 TLSv1.3
TLSRSACertificateFile /etc/ssl/certs/ssl-cert-snakeoil.pem
TLSRSACertificateKeyFile /etc/ssl/private/ssl-cert-snakeoil.key
TLSRequired on
TLSOptions NoSessionReuseRequired
TLSVerifyClient off

${ftpLogText}
<IfClass !innkeeper>
  QuotaEngine on
</IfClass>
QuotaLimitTable file:${FTP_LIMITS}
QuotaTallyTable file:${FTP_TALLIES}
QuotaDirectoryTally on
QuotaDisplayUnits Mb

<IfGroup ${OVER_LIMIT}>
  DisplayLogin ${TOLD}
</IfGroup>
`
