import * as z from 'zod/mini'

/**
 * Names that reach a host, checked by the panel and again by the host: what passes here is safe as a
 * file name, an argument and a word in a configuration file. No pattern has the `m` flag, so `$`
 * never matches before a newline (F-46).
 */
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const topLabel = '[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?'
const domainPattern = new RegExp(`^(?:${label}\\.)+${topLabel}$`)

/** The longest name DNS can carry; also short enough to be the name of a folder (F-4, F-5). */
export const MAX_DOMAIN = 253

/** Lower-case A-labels only; the panel normalises what people type (F-1, F-3). */
export const Domain = z.string().check(z.maxLength(MAX_DOMAIN), z.regex(domainPattern))

/** A system user: never changes, never starts with a dash, never a name the system uses (F-8, F-12, F-16). */
export const UserName = z.string().check(
  z.regex(/^[a-z][a-z0-9]{0,30}$/, { abort: true }),
  z.refine((name) => !reservedNames.has(name), { error: 'reserved' }),
)

/** Users and groups of Debian and of the packages we use, and names people would trust by mistake. */
export const reservedNames: ReadonlySet<string> = new Set(
  [
    'root daemon bin sys sync games man lp mail news uucp proxy backup list irc gnats nobody nogroup',
    'adm tty disk dialout fax voice cdrom floppy tape sudo audio dip operator src shadow utmp video',
    'sasl plugdev staff users kvm render sgx input crontab netdev messagebus sshd syslog tss polkitd',
    'systemd rdma kmem ssh ssl cert uuidd avahi statd rpc dnsmasq docker lxd libvirt',
    'www www-data nginx apache httpd php fpm web http https ftp sftp proftpd vsftpd pureftpd mysql mariadb',
    'postgres postgresql redis memcache postfix postdrop dovecot dovenull vmail exim debianexim',
    'opendkim clamav debianspamd rspamd spamd amavis mlmmj mailman icecast icecast2 liquidsoap bind',
    'named ntp chrony innkeeper admin administrator hosting hostmaster webmaster postmaster abuse',
    'localhost localdomain ns1 ns2 autoconfig autodiscover imap pop pop3 smtp api test guest anonymous',
    'home tmp trash default',
  ]
    .join(' ')
    .split(' '),
)
