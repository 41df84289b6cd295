import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { alone } from '../build.ts'
import { must } from '../command.ts'
import { buildTime, image } from '../image.ts'
import { lock } from '../lock.ts'
import { removeFolder } from '../remove.ts'

/** A folder with Debian's `vmlinuz` and `initrd.img`, beside the images. Made when missing: a minute, once. */
export async function debianKernel(): Promise<string> {
  const [bare] = await image('bare')
  const folder = join(dirname(bare!), `kernel-${recipeKey()}`)
  if (!existsSync(folder)) await build(folder)
  return folder
}

async function build(folder: string) {
  using held = await lock(`${folder}.lock`, buildTime)
  if (existsSync(folder)) return
  const [root, part] = [`${folder}.root`, `${folder}.part`]
  for (const rest of [root, part]) await removeFolder(rest)
  const command = [
    ...['mmdebstrap', '--mode=root', '--variant=apt', '--format=directory'],
    ...['--dpkgopt=force-unsafe-io', '--aptopt=Acquire::Languages "none"'],
    ...['--include=linux-image-cloud-amd64', 'bookworm', root],
  ]
  await must([...alone, ...command], { timeout: buildTime, holding: held.fd, env: process.env })
  mkdirSync(part)
  for (const file of readdirSync(join(root, 'boot'))) {
    const name = /^(vmlinuz|initrd\.img)-/.exec(file)?.[1]
    if (name) renameSync(join(root, 'boot', file), join(part, name))
  }
  await removeFolder(root)
  renameSync(part, folder)
}

function recipeKey(): string {
  const text = readFileSync(import.meta.filename)
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
