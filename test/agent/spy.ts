import type { LiveDocument } from '../../src/contract/document.ts'

/**
 * Shell scripts of a customer who looks for what is somebody else's. They say nothing of what is
 * refused; at the end the second says that it came so far.
 */

/** Everything of somebody's that has a name, and `pid`: what he runs. */
export function placesOf({ user: { name, uid }, id }: LiveDocument, pid: string) {
  const home = `/home/${name}`
  const box = `/home/.mail/${name}`
  const site = `${home}/web/shop${id}.test`
  const tables = [
    'users',
    'imap',
    'pop3',
    'smtp',
    'domains',
    'mailboxes.db',
    'aliases',
    'unscanned',
  ]
  const files = [
    ...[`${home}/secret.txt`, `${site}/config.inc`, `${site}/index.html`, `${home}/tmp/sess_1`],
    ...[`${box}/${id}/Maildir/dovecot-uidlist`, `/var/mail/${name}`, '/var/log/nginx/access.log'],
    ...[`/var/spool/cron/crontabs/${name}`, '/etc/shadow', '/etc/sudoers.d/innkeeper'],
    ...[`/etc/innkeeper/php/8.2-${name}.conf`, `/etc/innkeeper/ssh-keys/${name}`],
    ...['/run/utmp', '/var/log/wtmp', '/var/log/btmp', '/var/log/lastlog'],
    ...['/etc/innkeeper/ssh.allow', `/etc/nginx/innkeeper.d/${name}.conf`],
    ...['/etc/proftpd/innkeeper.passwd', '/etc/proftpd/innkeeper.group'],
    ...['/var/log/proftpd/proftpd.log', '/var/log/proftpd/xferlog'],
    ...[`/var/lib/innkeeper/subscriptions/${id}.json`, `/var/lib/innkeeper/mail/${name}.json`],
    ...['/etc/mysql/innkeeper/key.pem', '/etc/ssl/private/ssl-cert-snakeoil.key'],
    ...['t.ibd', 't.frm', 'db.opt'].map((file) => `/var/lib/mysql/${name}_shop/${file}`),
    ...tables.map((table) => `/var/lib/innkeeper-mail/${table}`),
    ...['cmdline', 'environ', 'maps', 'status', 'stat'].map((file) => `/proc/${pid}/${file}`),
    ...['cmdline', 'environ'].map((file) => `/proc/1/${file}`),
  ]
  const folders = [
    ...[home, `${home}/web`, site, `${home}/tmp`, `${home}/web/photos`, box, `${box}/${id}`],
    ...[
      '/home',
      '/home/.mail',
      '/home/.mail/.lists',
      '/home/.innkeeper',
      '/var/spool/cron/crontabs',
    ],
    ...['/etc/innkeeper', '/etc/innkeeper/tls', '/etc/innkeeper/php', '/etc/innkeeper/ssh-keys'],
    ...['/etc/nginx/innkeeper.d', '/var/lib/innkeeper', '/var/lib/innkeeper-mail'],
    ...[
      `/var/lib/mysql/${name}_shop`,
      '/var/spool/postfix/maildrop',
      '/var/spool/postfix/deferred',
    ],
    ...['/var/lib/innkeeper-tmp/tmp', `/var/lib/innkeeper-tmp/tmp/${name}`],
    ...[`/proc/${pid}`, `/proc/${pid}/fd`, `/run/user/${uid}`],
  ]
  const sockets = [
    ...[`/run/innkeeper/php/8.2-${name}.sock`, '/run/innkeeper/proftpd.sock'],
    ...['/run/dovecot/anvil', '/run/dovecot/auth-master', '/run/dovecot/doveadm-server'],
    ...['/var/spool/postfix/private/dovecot-lmtp', '/run/systemd/private', '/run/clamav/clamd.ctl'],
  ]
  return {
    files,
    folders: folders.map((folder) => `${folder}/`),
    sockets,
    written: [home, `${home}/web`, site, box],
  }
}

/** Tries all of that from a shell. */
export function trying(other: LiveDocument, pid: string): string {
  const { name, uid } = other.user
  const { files, folders, sockets, written } = placesOf(other, pid)
  const connect = (path: string) =>
    `perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un("${path}")) or exit 1'`
  const manager =
    'org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager'
  return [
    'try() { "$@" > /dev/null 2>&1 < /dev/null && echo "OPEN $*"; }',
    ...files.map((file) => `try cat ${file}`),
    ...folders.map((folder) => `try ls ${folder}`),
    ...sockets.map((path) => `try ${connect(path)}`),
    ...written.map((folder) => `try touch ${folder}/planted`),
    `try crontab -u ${name} -l`,
    `try kill -0 ${pid}`,
    `try perl -e 'syscall(101, 16, ${pid}, 0, 0) == 0 or exit 1'`,
    'try mailq',
    'try postqueue -f',
    'try sudo -n true',
    `try doveadm user info@shop${other.id}.test`,
    `try mariadb -u ${name}_shop -e 'select 1'`,
    `try mariadb -h 127.0.0.1 -u ${name}_shop -e 'select 1'`,
    'try mariadb -u root -e "select 1"',
    `try busctl call ${manager} GetUnitProcesses s user-${uid}.slice`,
    `try loginctl show-user ${name}`,
  ].join('\n')
}

/** Whatever can be read anywhere, whether somebody thought of it or not; it names the files. */
export const searching = (secret: string, name: string): string =>
  [
    `wanted='${secret} of ${name}'`,
    'places=$(ls -d /* | grep -v -x -e /proc -e /sys -e /usr -e "/lib.*" -e /bin -e /sbin)',
    // nobody can list /home, but everybody knows whose homes there are
    'homes=$(cut -d : -f 6 /etc/passwd | grep ^/home/)',
    'grep -r -s -l -D skip -F -e "$wanted" $places $homes /home/.mail | grep -v -e /spy.sh',
    'ps axeww | grep -v -e grep -e spy | grep -F -e "$wanted"',
    `ps -e -o user= | grep -x -e ${name}`,
    `{ who; last; lastlog --user ${name}; } 2> /dev/null | grep -e ${name}`,
    'journalctl --quiet --no-pager 2> /dev/null | grep -F -e "$wanted"',
    'echo reached the end',
  ].join('\n')
