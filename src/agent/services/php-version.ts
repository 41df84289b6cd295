import { canInstall } from '../../contract/installable.ts'
import { say, type Told } from '../../contract/said.ts'
import type { Environment } from '../environment.ts'
import { list } from '../files.ts'

/** The PHP versions this host can run, oldest first. */
export function installedVersions(env: Environment): string[] {
  return list(env, '/usr/sbin')
    .flatMap((file) => /^php-fpm([5-9]\.[0-9]{1,2})$/.exec(file)?.[1] ?? [])
    .sort(byNumber)
}

/** The wanted version, else the newest of its major version, else the newest; null = no PHP. */
export function servedVersion(wanted: string | null, installed: string[]): string | null {
  if (wanted === null) return null
  if (installed.includes(wanted)) return wanted
  const major = wanted.split('.')[0]
  const akin = installed.filter((version) => version.split('.')[0] === major)
  return akin.at(-1) ?? installed.at(-1) ?? null
}

/** What would give the wanted version: a package if the host's Debian has it, else what can be done. */
export function remedyFor(version: string, installed: string[], debian: string): Told {
  if (canInstall(`php${version}`, debian)) return say('install', { packages: `php${version}-fpm` })
  const release = /^[0-9]+/.exec(debian)?.[0]
  const other = servedVersion(version, installed)
  const words = { version, ...(release ? { release } : {}), ...(other ? { other } : {}) }
  if (release) return say(other ? 'noPackageButOther' : 'noPackage', words)
  return say(other ? 'noPhpButOther' : 'noPhp', words)
}

/** One PHP-FPM per subscription and version: `8.2-cato`, also the name of its units. */
export const phpInstance = (name: string, version: string): string => `${version}-${name}`

export const phpSocket = (name: string, version: string): string =>
  `/run/innkeeper/php/${phpInstance(name, version)}.sock`

function byNumber(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number)
  const [majorB = 0, minorB = 0] = b.split('.').map(Number)
  return majorA - majorB || minorA - minorB
}
