/**
 * Prints what hosting accounts leave on a host, in an order that depends on nothing but the facts,
 * so that two texts can be compared: "everything as before" is the two being equal.
 * Left out is what changes by itself or by a login (logs, the journal, times, the day on which a
 * password was set, for midnight may come between, whether a timer is at work at this moment, the
 * tools’ backups of passwd and its like), what the agent keeps for itself in /var/lib, and Postfix's
 * own folders.
 */
export const stateScript = `
systemctl is-system-running --wait > /dev/null
own='%p %y %m %u:%g %l'
section() { printf '\\n== %s\\n' "$1"; sort -u; }
customers() { awk '$1 >= 1000 && $1 != 65534 { print $2 }'; }

section users < /etc/passwd
section groups < /etc/group
cut -d: -f1,2,4- /etc/shadow | section passwords
find /etc ! -name '*-' ! -name '.pwd.lock' -printf "$own\\n" | section settings
find /etc -type f ! -name '*-' ! -path /etc/shadow -exec sha256sum {} + | awk '{ print $2, $1 }' | section contents
find /home /srv /opt /var/www /var/mail /var/spool /var/log/nginx \\
  -path '/var/spool/postfix/*' -prune -o -printf "$own\\n" | section folders
find / -xdev \\( -uid +999 -o -gid +999 -o -nouser -o -nogroup \\) -print | section customers-files
find /tmp /dev/shm -uid +999 -print | section temporary
find /run -path /run/user -prune -o -path /run/systemd -prune -o -type s -print | section sockets
find /run/systemd/system /run/systemd/system.control -print 2> /dev/null | section runtime-units
systemctl list-units --state=active,failed --type=service,socket,timer,path --plain --no-legend \\
  | awk '$1 !~ /^user/ { print $1, $3, $1 ~ /timer$/ ? "" : $4 }' | section units
ss -Hlntu | awk '{ print $1, $5 }' | section listening
ps -e -o uid=,comm= | customers | section processes
`
