import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildBare, buildLayer } from './build.ts'
import { lock } from './lock.ts'
import { hostingPackages, layerPackages } from './packages.ts'
import { removeFolder } from './remove.ts'

/**
 * `bare` is a fresh server, `prepared` has the packages of an enrolment, the others in addition what
 * "Install on this host" brings.
 */
export type Layer = 'bare' | 'prepared' | keyof typeof layerPackages

/** Outside of the clone, since the next clone on this machine wants the same images. */
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'innkeeper-hosts')
export const buildTime = 15 * 60_000
const keepUnused = 7 * 24 * 60 * 60_000

/** Folders of a test host's root, topmost first. Built when missing: about a minute, once. */
export async function image(layer: Layer): Promise<string[]> {
  const folder = join(cache, recipeKey())
  if (!existsSync(folder)) await build(folder)
  await utimes(folder, new Date(), new Date())

  const [bare, prepared, wanted] = ['bare', 'prepared', layer].map((name) => join(folder, name))
  if (layer === 'bare') return [bare!]
  if (layer === 'prepared') return [prepared!, bare!]
  if (!existsSync(wanted!)) await add(wanted!, [prepared!, bare!], layerPackages[layer])
  return [wanted!, prepared!, bare!]
}

/** Only when a test asks for it: a few seconds, once. */
async function add(folder: string, below: string[], packages: string[]) {
  using held = await lock(join(cache, 'lock'), buildTime)
  if (existsSync(folder)) return
  const aside = `${folder}.part`
  for (const rest of [aside, `${aside}.work`, `${aside}.merged`]) await removeFolder(rest)
  await buildLayer(aside, below, packages, { timeout: buildTime, holding: held.fd })
  renameSync(aside, folder)
}

/** The recipe is our own text: whoever changes it gets new images, and everybody else keeps theirs. */
function recipeKey(): string {
  const hash = createHash('sha256')
  for (const name of ['packages.ts', 'build.ts', 'mirror.ts']) {
    hash.update(readFileSync(join(import.meta.dirname, name)))
  }
  return hash.digest('hex').slice(0, 12)
}

/** Builds aside and renames, so that half-built images are never used. */
async function build(folder: string) {
  using held = await lock(join(cache, 'lock'), buildTime)
  if (existsSync(folder)) return
  await removeOld()

  const aside = `${folder}.part`
  const [bare, prepared] = [join(aside, 'bare'), join(aside, 'prepared')]
  mkdirSync(aside)
  const options = { timeout: buildTime, holding: held.fd }
  await buildBare(bare, options)
  await buildLayer(prepared, [bare], hostingPackages, options)
  renameSync(aside, folder)
}

/** Takes away images of recipes that nobody used for a week, and what killed builds left. */
async function removeOld() {
  for (const name of readdirSync(cache).filter((entry) => entry !== 'lock')) {
    const folder = join(cache, name)
    const unused = Date.now() - statSync(folder).mtimeMs
    if (!name.endsWith('.part') && unused < keepUnused) continue
    const aside = `${join(cache, name.replace('.part', ''))}.part`
    renameSync(folder, aside)
    await removeFolder(aside)
  }
}
