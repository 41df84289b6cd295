/** What a provider's freshly installed Debian 12 server has, besides apt and the essential packages. */
export const serverPackages = [
  'systemd systemd-sysv dbus libpam-systemd',
  'openssh-server sudo ca-certificates',
  'iproute2 procps cron less',
].flatMap(words)

/**
 * What enrolling a host may install. A test host has no network, so these packages, with all they
 * depend on, lie in a file repository inside it: `apt-get update && apt-get install` runs for real.
 */
export const hostingPackages = [
  // the agent
  'nodejs acl quota',
  // web
  'nginx-light php8.2-fpm php8.2-cli',
].flatMap(words)

/** What the panel can have installed on a host later: in its repository, but not on its disk. */
export const offeredPackages = [
  // virus scan
  'clamav-daemon clamav-milter',
  // Perl and CGI
  'perl libcgi-pm-perl fcgiwrap',
  // a certificate server for tests
  'pebble',
  // mail
  'postfix dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-sieve mlmmj',
  // databases and FTP
  'mariadb-server proftpd-core proftpd-mod-crypto ssl-cert',
].flatMap(words)

/** Installed beforehand in images of their own, so that not every test waits for apt. */
export const layerPackages = {
  acme: words('pebble'),
  mail: words(
    'postfix dovecot-imapd dovecot-pop3d dovecot-lmtpd dovecot-sieve mlmmj clamav-daemon clamav-milter',
  ),
  data: words('mariadb-server proftpd-core proftpd-mod-crypto ssl-cert'),
}

function words(line: string): string[] {
  return line.split(' ')
}
