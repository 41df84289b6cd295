/**
 * Prints what hosting accounts leave on a host, in an order that depends on nothing but the facts,
 * so that two texts can be compared: "everything as before" is the two being equal.
 */
export const stateScript = `
section() { printf '\\n== %s\\n' "$1"; }
files() { # path, type, mode, owner, and what it says or points to
  for top in "$@"; do [ -e "$top" ] && find "$top" -printf '%p\\n'; done | sort | while read -r path
  do
    stat --format='%n %F %a %U:%G' "$path"
    if [ -L "$path" ]; then readlink "$path"
    elif [ -f "$path" ]; then sha256sum < "$path" | cut -c1-16; fi
  done
}
section users; sort /etc/passwd
section groups; sort /etc/group
section shadow; cut -d: -f1,2 /etc/shadow | sort
section subordinate-ids; cat /etc/subuid /etc/subgid 2>/dev/null | sort
section homes; find /home -printf '%p %y %m %u:%g\\n' | sort
section ssh; files /etc/ssh
section innkeeper; files /etc/innkeeper
section nginx; files /etc/nginx
section php; files /etc/php/*/fpm/pool.d
section sockets; find /run/php /run/innkeeper -printf '%p %y %m %u:%g\\n' 2>/dev/null | sort
section units; files /etc/systemd/system; systemctl list-units --all --plain --no-legend --type=service,socket,timer 'innkeeper*' 'hosting*' 'php*' 'nginx*' | awk '{print $1, $3, $4}' | sort
section listening; ss -Hlntu | awk '{print $1, $5}' | sort -u
section crontabs; files /var/spool/cron /etc/cron.d
section sudo; files /etc/sudoers.d
section limits; files /etc/security
`
