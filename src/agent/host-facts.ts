import { readFileSync, statfsSync } from 'node:fs'
import { cpus, freemem, hostname, loadavg, totalmem } from 'node:os'
import { type Feature, features } from '../contract/features.ts'
import type { HostFacts } from '../contract/messages.ts'
import { type Abilities, readAbilities } from './abilities.ts'
import { clip } from './clip.ts'
import { at, type Environment } from './environment.ts'
import { read } from './files.ts'
import { readPasswd, subscriptionOf } from './passwd.ts'
import { version } from './version.ts'

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
    provides: provided(able),
    subscriptions: ours.length,
  }
}

/** What the agent can make work here; a service that comes to it adds its word. */
function provided(able: Abilities): Feature[] {
  const words = [
    ...able.php.map((version) => `php${version}`),
    ...(able.limitsShells ? ['shellLimits'] : []),
    ...(able.hidesProcesses ? ['hiddenProcesses'] : []),
    ...(able.separatesSockets ? ['separateSockets'] : []),
    ...(able.runsPrograms ? ['perl', 'cgi'] : []),
    ...(able.servesHttps ? ['https'] : []),
    ...(able.scansForViruses ? ['virusScan'] : []),
    ...(able.servesFtp ? ['ftp'] : []),
    ...(able.keepsDatabases ? ['mysql'] : []),
    ...(able.diskLimits.kept ? ['quota'] : []),
    ...(able.mail.mailboxes ? ['mail'] : []),
    ...(able.mail.imap ? ['imap'] : []),
    ...(able.mail.pop3 ? ['pop3'] : []),
    ...(able.mail.lists ? ['mailingLists'] : []),
  ]
  return features.filter((feature) => words.includes(feature))
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
