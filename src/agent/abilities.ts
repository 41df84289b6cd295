import type { Environment } from './environment.ts'
import { canServeHttps } from './services/certificates.ts'
import { canRunPrograms } from './services/cgi.ts'
import { canKeepDatabases } from './services/databases.ts'
import { canServeFtp } from './services/ftp.ts'
import { hidesProcesses } from './services/hidden-processes.ts'
import { type MailAbility, mailAbility } from './services/mail-ability.ts'
import { installedVersions } from './services/php-version.ts'
import { separatesSockets } from './services/separate-sockets.ts'
import { canLimitShells } from './services/shell-limits.ts'
import { canScanForViruses } from './services/virus-scan.ts'
import type { DiskLimits } from './system.ts'

/** What this host can do for a subscription, looked up once for a batch. */
export interface Abilities {
  /** PHP versions, oldest first. */
  php: string[]
  limitsShells: boolean
  /** No customer sees what others run. */
  hidesProcesses: boolean
  /** No customer reaches a socket of another's program. */
  separatesSockets: boolean
  /** Perl and other CGI programs of sites. */
  runsPrograms: boolean
  scansForViruses: boolean
  /** Sites can be served with certificates. */
  servesHttps: boolean
  diskLimits: DiskLimits
  keepsDatabases: boolean
  servesFtp: boolean
  mail: MailAbility
}

export const readAbilities = (env: Environment): Abilities => ({
  php: installedVersions(env),
  limitsShells: canLimitShells(env),
  hidesProcesses: hidesProcesses(env),
  separatesSockets: separatesSockets(env),
  runsPrograms: canRunPrograms(env),
  scansForViruses: canScanForViruses(env),
  servesHttps: canServeHttps(env),
  diskLimits: env.system.diskLimits(),
  keepsDatabases: canKeepDatabases(env),
  servesFtp: canServeFtp(env),
  mail: mailAbility(env),
})
