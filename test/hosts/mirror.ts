import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from './command.ts'

/** Where a test host finds packages. */
export const mirror = '/srv/debian'

/** Makes the packages lying in the root's mirror folder the only ones that its apt knows. */
export async function indexMirror(root: string) {
  const folder = join(root, mirror)
  const packages = readdirSync(folder).filter((name) => name.endsWith('.deb'))
  const entries = await Promise.all(packages.map((name) => entry(folder, name)))
  writeFileSync(join(folder, 'Packages'), entries.join('\n'))
  writeFileSync(join(root, 'etc/apt/sources.list'), `deb [trusted=yes] file:${mirror} ./\n`)
}

async function entry(folder: string, name: string): Promise<string> {
  const file = join(folder, name)
  const content = readFileSync(file)
  const control = await must(['dpkg-deb', '--field', file])
  const sha256 = createHash('sha256').update(content).digest('hex')
  return `${control.trimEnd()}\nFilename: ./${name}\nSize: ${content.length}\nSHA256: ${sha256}\n`
}
