import { readFileSync, statfsSync } from 'node:fs'
import { cpus, freemem, hostname, loadavg, totalmem } from 'node:os'
import type { Feature } from '../contract/features.ts'
import type { HostFacts } from '../contract/messages.ts'
import { type Abilities, readAbilities } from './abilities.ts'
import { clip } from './clip.ts'
import { at, type Environment } from './environment.ts'
import { exists, read } from './files.ts'
import { readPasswd, subscriptionOf } from './passwd.ts'
import { version } from './version.ts'

/** Beside PHP and shell limits; the file that shows a host has it. */
const provided: [Feature, string][] = [
  ['perl', '/usr/sbin/fcgiwrap'],
  ['cgi', '/usr/sbin/fcgiwrap'],
  ['imap', '/usr/lib/dovecot/imap'],
  ['pop3', '/usr/lib/dovecot/pop3'],
  ['mail', '/usr/sbin/postfix'],
  ['mailingLists', '/usr/bin/mlmmj-send'],
  ['virusScan', '/usr/sbin/clamd'],
  ['spamFilter', '/usr/bin/rspamd'],
  ['mysql', '/usr/sbin/mariadbd'],
  ['ftp', '/usr/sbin/proftpd'],
  ['quota', '/usr/sbin/setquota'],
  ['media', '/usr/bin/icecast2'],
  ['autoDj', '/usr/bin/ezstream'],
]

export function hostFacts(env: Environment): HostFacts {
  const able = readAbilities(env)
  const disk = statfsSync(at(env, '/home'))
  const ours = [...readPasswd(env).users.values()].filter(subscriptionOf)
  return {
    hostname: clip(hostname(), 255),
    debian: clip(read(env, '/etc/debian_version') ?? 'unknown', 255),
    node: process.version,
    boot: bootId(),
    agent: version,
    cpus: Math.max(cpus().length, 1),
    load: loadavg()[0] ?? 0,
    memory: { total: totalmem(), free: availableMemory() },
    disk: { total: disk.blocks * disk.bsize, free: disk.bavail * disk.bsize },
    php: able.php,
    provides: providedBy(env, able),
    subscriptions: ours.length,
  }
}

function providedBy(env: Environment, able: Abilities): string[] {
  return [
    ...able.php.map((version) => `php${version}`),
    ...(able.limitsShells ? ['shellLimits'] : []),
    ...provided.flatMap(([name, file]) => (exists(env, file) ? [name] : [])),
  ]
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

/** Free memory counts what is only cached as taken; Linux says better. */
function availableMemory(): number {
  try {
    const available = /^MemAvailable:\s+([0-9]+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))
    return available ? Number(available[1]) * 1024 : freemem()
  } catch {
    return freemem()
  }
}
