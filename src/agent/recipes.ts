import type { Installable } from '../contract/installable.ts'
import type { Abilities } from './abilities.ts'
import type { Environment } from './environment.ts'
import { prepareCgi } from './setup/cgi.ts'
import { prepareMariadb } from './setup/mariadb.ts'
import { prepareVirusScan } from './setup/virus-scan.ts'

export interface Recipe {
  packages: string[]
  /** Writes what has to lie there before the packages start something. */
  prepare?: (env: Environment) => void
  /** Units to start, now and at each boot. */
  units?: string[]
  works: (able: Abilities) => boolean
  /** Why it may not work although everything is installed. */
  otherwise: string
}

const programs: Recipe = {
  packages: ['fcgiwrap', 'perl', 'libcgi-pm-perl'],
  prepare: prepareCgi,
  works: (able) => able.runsPrograms,
  otherwise: 'fcgiwrap or perl is not where it should be.',
}

const php = (version: string): Recipe => ({
  packages: [`php${version}-fpm`, `php${version}-cli`],
  works: (able) => able.php.includes(version),
  otherwise: `There is no /usr/sbin/php-fpm${version}.`,
})

export const recipes: Record<Installable, Recipe> = {
  perl: programs,
  cgi: programs,
  'php8.2': php('8.2'),
  'php8.4': php('8.4'),
  mysql: {
    packages: ['mariadb-server'],
    prepare: prepareMariadb,
    units: ['mariadb.service'],
    works: (able) => able.keepsDatabases,
    otherwise: 'MariaDB does not run: systemctl status mariadb says why.',
  },
  virusScan: {
    packages: ['clamav-daemon', 'clamav-milter'],
    prepare: prepareVirusScan,
    units: ['innkeeper-clamav.path', 'clamav-daemon.service', 'clamav-milter.service'],
    works: (able) => able.scansForViruses,
    otherwise:
      'It is installed, and scans as soon as virus signatures are in /var/lib/clamav: freshclam fetches them when the host can reach the Internet.',
  },
}
