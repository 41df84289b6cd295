import type { Installable } from '../contract/installable.ts'
import type { Abilities } from './abilities.ts'
import type { Environment } from './environment.ts'
import { prepareCgi } from './setup/cgi.ts'
import { prepareFtp } from './setup/ftp.ts'
import { prepareMail } from './setup/mail.ts'
import { prepareMariadb } from './setup/mariadb.ts'
import { prepareVirusScan } from './setup/virus-scan.ts'
import type { Tested } from './system.ts'

export interface Recipe {
  packages: string[]
  /** Writes what has to lie there before the packages start something. */
  prepare?: (env: Environment) => void
  /** What can be done only when the packages are there. */
  finish?: (env: Environment) => Promise<void>
  /** Units to start, now and at each boot. */
  units?: string[]
  /** Its packages cannot be set up while this one's files are bad, whoever wrote them. */
  service?: Tested
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

const mailPackages = [
  ...['postfix', 'dovecot-imapd', 'dovecot-pop3d', 'dovecot-lmtpd', 'dovecot-sieve', 'mlmmj'],
]

const mail: Recipe = {
  packages: mailPackages,
  finish: prepareMail,
  service: 'dovecot',
  works: (able) => able.mail.mailboxes && able.mail.imap && able.mail.pop3 && able.mail.lists,
  otherwise: 'Dovecot does not take mail: its log says why.',
}

export const recipes: Record<Installable, Recipe> = {
  perl: programs,
  cgi: programs,
  'php8.2': php('8.2'),
  'php8.4': php('8.4'),
  ftp: {
    packages: ['proftpd-core', 'proftpd-mod-crypto', 'ssl-cert'],
    finish: prepareFtp,
    service: 'proftpd',
    units: ['proftpd.service'],
    works: (able) => able.servesFtp,
    otherwise: 'ProFTPD does not run: systemctl status proftpd says why.',
  },
  mysql: {
    packages: ['mariadb-server', 'openssl'],
    finish: prepareMariadb,
    service: 'mariadb',
    units: ['mariadb.service'],
    works: (able) => able.keepsDatabases,
    otherwise: 'MariaDB does not run: systemctl status mariadb says why.',
  },
  mail,
  imap: mail,
  pop3: mail,
  mailingLists: mail,
  virusScan: {
    packages: [...mailPackages, 'clamav-daemon', 'clamav-milter'],
    service: 'dovecot',
    prepare: prepareVirusScan,
    finish: async (env) => {
      await prepareMail(env)
      const said = await env.system.troubleWith('clamd')
      if (said) throw new Error(`clamd goes on with what it had: ${said}`)
      await env.system.setUpVirusScan()
    },
    units: ['innkeeper-clamav.path', 'clamav-daemon.service'],
    works: (able) => able.scansForViruses,
    otherwise:
      'It is installed, and scans as soon as virus signatures are in /var/lib/clamav: freshclam fetches them when the host can reach the Internet.',
  },
}
