import { mkdirSync } from 'node:fs'
import { at, type Environment } from '../environment.ts'
import { exists, put } from '../files.ts'
import { LOCK } from '../lock.ts'
import { CUSTOMERS } from '../passwd.ts'
import { FTP_LOGINS, FTP_SOCKET } from '../services/ftp.ts'
import { limitTable, tallyTable } from '../services/ftp-tables.ts'
import { DOVECOT_CONF } from '../services/mail-ability.ts'
import { FTP_GROUPS, FTP_LIMITS, FTP_TALLIES, overLimitGroup } from '../services/over-limit.ts'

const folders = [
  '/etc/dovecot/conf.d',
  '/etc/innkeeper/php',
  '/etc/innkeeper/ssh-keys',
  '/etc/innkeeper/tls',
  '/etc/nginx/innkeeper.d',
  '/etc/pam.d',
  '/etc/security/limits.d',
  '/etc/systemd/system/sockets.target.wants',
  '/etc/innkeeper/nginx',
  '/home/.innkeeper',
  '/run/innkeeper/cgi',
  '/run/innkeeper/php',
  '/usr/bin',
  '/usr/lib/dovecot',
  '/usr/sbin',
  '/etc/proftpd',
  '/run/mysqld',
  '/var/lib/innkeeper/subscriptions',
  '/var/lib/mysql',
  '/var/spool/postfix/private',
]

/** What a prepared host has. Taking a file away here is how the sandbox comes to lack something. */
const files = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
  '/etc/shadow': 'root:*:20000:0:99999:7:::\n',
  '/etc/group': `root:x:0:\nwww-data:x:33:\n${CUSTOMERS}:x:999:\n`,
  '/etc/innkeeper/ssh.allow': '',
  '/etc/innkeeper/nginx/listen-tls.conf': '',
  '/etc/debian_version': 'sandbox\n',
  '/etc/pam.d/sshd': 'session required pam_limits.so\n',
  '/usr/sbin/php-fpm8.2': '',
  '/usr/sbin/php-fpm8.3': '',
  '/usr/sbin/php-fpm8.4': '',
  '/run/mysqld/mysqld.sock': '',
  [LOCK]: '',
  [FTP_SOCKET]: '',
  [FTP_LOGINS]: '',
  [FTP_GROUPS]: overLimitGroup([]),
  [FTP_LIMITS]: limitTable([]),
  [FTP_TALLIES]: tallyTable([]),
  [DOVECOT_CONF]: '',
  '/var/spool/postfix/private/dovecot-lmtp': '',
  '/usr/lib/dovecot/imap': '',
  '/usr/lib/dovecot/pop3': '',
  '/usr/bin/mlmmj-receive': '',
}

/** Only once, so that what somebody has changed in it stays. */
export function furnish(env: Environment): void {
  for (const folder of folders) mkdirSync(at(env, folder), { recursive: true })
  if (exists(env, '/etc/passwd')) return
  for (const [path, text] of Object.entries(files).reverse()) put(env, path, text)
}
