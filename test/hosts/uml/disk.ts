import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { alone, buildLayer } from '../build.ts'
import { must } from '../command.ts'
import { buildTime, image } from '../image.ts'
import { lock } from '../lock.ts'
import { removeFolder } from '../remove.ts'

/** What it has besides a prepared host: apt would take long on it. */
const packages = [
  ...['proftpd-core', 'proftpd-mod-crypto', 'ssl-cert'],
  ...['postfix', 'dovecot-imapd', 'dovecot-pop3d', 'dovecot-lmtpd', 'dovecot-sieve', 'mlmmj'],
]

/** Setting the host up starts them again anyway. */
const started = ['proftpd', 'postfix', 'dovecot']

/** The kernel's first program; `machine` comes from its command line. */
const init = `#!/bin/sh
mount -t proc proc /proc
mount -t hostfs none /mnt -o "$machine"
exec /mnt/init
`

/** A file with an ext4 of the root, beside the image it is made from. Made when missing: half a minute, once. */
export async function rootDisk(): Promise<string> {
  const below = await image('prepared')
  const file = join(dirname(below[0]!), `uml-${recipeKey()}.ext4`)
  if (!existsSync(file)) await build(file, below)
  return file
}

async function build(file: string, below: string[]) {
  using held = await lock(join(dirname(file), 'uml.lock'), buildTime)
  if (existsSync(file)) return
  const [layer, merged, disk] = [`${file}.layer`, `${file}.merged`, `${file}.part`]
  for (const rest of [layer, `${layer}.work`, `${layer}.merged`, merged, disk])
    await removeFolder(rest)
  const options = { timeout: buildTime, holding: held.fd }
  await buildLayer(layer, below, packages, options)
  mkdirSync(join(layer, 'usr/lib/modules'))
  for (const unit of started)
    rmSync(join(layer, 'etc/systemd/system/multi-user.target.wants', `${unit}.service`))
  writeFileSync(join(layer, 'uml-init'), init)
  chmodSync(join(layer, 'uml-init'), 0o755)
  const folders = [layer, ...below].join(':')
  await must([...alone, 'sh', '-c', makeScript, 'sh', folders, merged, disk], options)
  for (const rest of [layer, merged]) await removeFolder(rest)
  renameSync(disk, file)
}

/** Without a journal: hosts write beside it, and into what is thrown away. */
const makeScript = `set -e
  mkdir "$2"
  mount -t overlay overlay -o "lowerdir=$1" "$2"
  truncate -s 2G "$3"
  mkfs.ext4 -q -F -O ^has_journal -d "$2" "$3"`

function recipeKey(): string {
  const text = readFileSync(import.meta.filename)
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
