import { existsSync } from 'node:fs'
import { must, run } from '../hosts/command.ts'

export const chromium = '/usr/bin/chromium'

/** Why this machine cannot run the browser tests, undefined when it can. */
export function whyNoBrowser(): string | undefined {
  if (existsSync(chromium)) return undefined
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) return undefined
  return 'there is no /usr/bin/chromium, and only root on Debian can install it'
}

/** Installs Debian's Chromium where it is missing. */
export async function requireBrowser() {
  if (existsSync(chromium)) return
  const minute = 60_000
  await run(['apt-get', 'update'], { timeout: 5 * minute })
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', 'chromium']
  await must([...install, '-o', 'DPkg::Lock::Timeout=300'], { timeout: 15 * minute })
}
