import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandOptions, must, systemEnvironment } from './command.ts'
import { indexMirror, mirror } from './mirror.ts'
import { hostingPackages, offeredPackages, serverPackages } from './packages.ts'
import { removeFolder } from './remove.ts'

/** Debian 12 without a network: its apt knows only the packages that lie inside. */
export async function buildBare(root: string, options: CommandOptions) {
  const download = `APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install --yes --download-only \
    --no-install-recommends -o Dir::Cache::archives="$1${mirror}" ${[...hostingPackages, ...offeredPackages].join(' ')}`
  const unwanted = ['man', 'doc', 'locale', 'info'].map((folder) => `/usr/share/${folder}/*`)
  const command = [
    ...['mmdebstrap', '--mode=root', '--variant=minbase', '--format=directory'],
    ...unwanted.map((glob) => `--dpkgopt=path-exclude=${glob}`),
    ...['--dpkgopt=force-unsafe-io', '--aptopt=Acquire::Languages "none"'],
    ...[`--include=${serverPackages.join(',')}`],
    ...[`--customize-hook=mkdir -p "$1${mirror}/partial"`, `--customize-hook=${download}`],
    ...['bookworm', root, ...debian],
  ]
  await must([...alone, ...command], { ...options, env: { ...systemEnvironment(), ...proxies() } })
  await removeFolder(join(root, mirror, 'partial'))
  await indexMirror(root)
  await makeAnonymous(root)
  for (const unit of idleUnits) symlinkSync('/dev/null', join(root, 'etc/systemd/system', unit))
}

/** Mounts and processes of what runs like this live and die with us, even when we are killed. */
export const alone = [
  ...['setpriv', '--pdeathsig', 'KILL'],
  ...['unshare', '--mount', '--mount-proc', '--pid', '--fork', '--kill-child'],
]

const debian = [
  'deb http://deb.debian.org/debian bookworm main',
  'deb http://deb.debian.org/debian bookworm-updates main',
  'deb http://deb.debian.org/debian-security bookworm-security main',
]

/** They only take time in a test. */
const idleUnits = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'fstrim.timer'],
  ...['e2scrub_all.timer', 'e2scrub_reap.service', 'console-getty.service', 'getty@.service'],
]

function proxies(): NodeJS.ProcessEnv {
  const { http_proxy, https_proxy, no_proxy } = process.env
  return { http_proxy, https_proxy, no_proxy }
}

/** Takes out what must differ from host to host. */
async function makeAnonymous(root: string) {
  for (const type of ['ecdsa', 'ed25519', 'rsa']) {
    await rm(join(root, `etc/ssh/ssh_host_${type}_key`), { force: true })
    await rm(join(root, `etc/ssh/ssh_host_${type}_key.pub`), { force: true })
  }
  // Empty, not missing: systemd takes a missing one for a first boot and applies presets.
  writeFileSync(join(root, 'etc/machine-id'), '')
}

/**
 * What installing packages adds to the roots below, topmost first. Installs with the host's own apt
 * from its own mirror, so that a package missing there shows here.
 */
export async function buildLayer(
  root: string,
  below: string[],
  packages: string[],
  options: CommandOptions,
) {
  const [work, merged] = [`${root}.work`, `${root}.merged`]
  for (const folder of [root, work, merged]) mkdirSync(folder)
  chmodSync(root, 0o755)
  const folders = [below.join(':'), root, work, merged]
  await must([...alone, 'sh', '-c', installScript, 'sh', ...folders, ...packages], options)
  for (const folder of [work, merged]) await removeFolder(folder)
}

const installScript = `set -e
  export DEBIAN_FRONTEND=noninteractive
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
  mount -t proc proc "$4/proc"
  printf '#!/bin/sh\\nexit 101\\n' > "$4/usr/sbin/policy-rc.d"
  chmod 755 "$4/usr/sbin/policy-rc.d"
  chroot "$4" apt-get update
  root=$4
  shift 4
  chroot "$root" apt-get install --yes --no-install-recommends "$@"
  rm "$root/usr/sbin/policy-rc.d"`
