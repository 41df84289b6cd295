import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { must } from './command.ts'
import { lock } from './lock.ts'
import { indexMirror, mirror } from './mirror.ts'
import { hostingPackages, serverPackages } from './packages.ts'

/** `bare` is a fresh server, `prepared` has the hosting packages installed. */
export type Layer = 'bare' | 'prepared'

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'innkeeper-hosts')
const buildTime = 15 * 60_000

const debian = [
  'deb http://deb.debian.org/debian bookworm main',
  'deb http://deb.debian.org/debian bookworm-updates main',
  'deb http://deb.debian.org/debian-security bookworm-security main',
]

/** Folders of a test host's root, topmost first. Built when missing: that takes minutes, once. */
export async function image(layer: Layer): Promise<string[]> {
  const key = recipeKey()
  const bare = join(cache, `bare-${key}`)
  const prepared = join(cache, `prepared-${key}`)

  if (!existsSync(prepared)) {
    using held = await lock(join(cache, 'build.lock'), buildTime)
    if (!existsSync(bare)) await build(bare, (root) => buildBare(root, held.fd))
    if (!existsSync(prepared)) {
      await build(prepared, (root) => buildPrepared(root, bare, held.fd))
    }
  }
  return layer === 'bare' ? [bare] : [prepared, bare]
}

/** The recipe is this folder's own text: whoever changes it gets a new image, nobody else does. */
function recipeKey(): string {
  const hash = createHash('sha256')
  for (const name of ['packages.ts', 'image.ts', 'mirror.ts']) {
    hash.update(readFileSync(join(import.meta.dirname, name)))
  }
  return hash.digest('hex').slice(0, 12)
}

/** Builds aside and renames, so that a half-built image is never used. */
async function build(path: string, fill: (root: string) => Promise<void>) {
  const aside = `${path}.part`
  await rm(aside, { recursive: true, force: true })
  mkdirSync(aside)
  await fill(aside)
  renameSync(aside, path)
}

async function buildBare(root: string, holding: number) {
  const download = `APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install --yes --download-only \
    --no-install-recommends -o Dir::Cache::archives="$1${mirror}" ${hostingPackages.join(' ')}`
  const unwanted = ['man', 'doc', 'locale', 'info'].map((folder) => `/usr/share/${folder}/*`)
  const command = [
    ...['mmdebstrap', '--mode=root', '--variant=minbase', '--format=directory'],
    ...unwanted.map((glob) => `--dpkgopt=path-exclude=${glob}`),
    ...['--dpkgopt=force-unsafe-io', '--aptopt=Acquire::Languages "none"'],
    ...[`--include=${serverPackages.join(',')}`],
    ...[`--customize-hook=mkdir -p "$1${mirror}/partial"`, `--customize-hook=${download}`],
    ...['bookworm', root, ...debian],
  ]
  await must(command, { timeout: buildTime, holding })
  await indexMirror(root)
  await finish(root)
}

/** What must differ from host to host goes, and so do units that only take time in a test. */
async function finish(root: string) {
  for (const type of ['ecdsa', 'ed25519', 'rsa']) {
    await rm(join(root, `etc/ssh/ssh_host_${type}_key`), { force: true })
    await rm(join(root, `etc/ssh/ssh_host_${type}_key.pub`), { force: true })
  }
  // Empty, not missing: systemd takes a missing one for a first boot and applies presets.
  writeFileSync(join(root, 'etc/machine-id'), '')
  for (const unit of idleUnits) symlinkSync('/dev/null', join(root, 'etc/systemd/system', unit))
}

const idleUnits = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'fstrim.timer'],
  ...['e2scrub_all.timer', 'e2scrub_reap.service', 'console-getty.service', 'getty@.service'],
]

/** Installs with the host's own apt from its own mirror, so a package missing there shows here. */
async function buildPrepared(root: string, bare: string, holding: number) {
  const [work, merged] = [`${root}.work`, `${root}.merged`]
  const script = `set -e
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
    mount -t proc proc "$4/proc"
    printf '#!/bin/sh\\nexit 101\\n' > "$4/usr/sbin/policy-rc.d"
    chmod 755 "$4/usr/sbin/policy-rc.d"
    chroot "$4" apt-get update
    chroot "$4" apt-get install --yes --no-install-recommends ${hostingPackages.join(' ')}
    rm "$4/usr/sbin/policy-rc.d"`
  const temporary = [work, merged]
  for (const folder of temporary) await rm(folder, { recursive: true, force: true })
  for (const folder of temporary) mkdirSync(folder)
  // The mounts live and die with the command's own mount namespace.
  const alone = ['unshare', '--mount', '--pid', '--fork', '--kill-child']
  const command = [...alone, 'sh', '-c', script, 'sh', bare, root, work, merged]
  await must(command, { timeout: buildTime, holding })
  for (const folder of temporary) await rm(folder, { recursive: true, force: true })
}
