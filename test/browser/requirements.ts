import { existsSync } from 'node:fs'
import { run } from '../hosts/command.ts'

/** The same Chromium without windows, which nobody sees: a page costs it half as much. */
const shell = '/usr/bin/chromium-headless-shell'
const whole = '/usr/bin/chromium'

export const chromium = () => (existsSync(shell) ? shell : whole)

/** Why this machine cannot run the browser tests, undefined when it can. */
export function whyNoBrowser(): string | undefined {
  if (existsSync(chromium())) return undefined
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) return undefined
  return 'there is no /usr/bin/chromium, and only root on Debian can install it'
}

/** Installs Debian's Chromium where it is missing; the whole one will do where that fails. */
export async function requireBrowser() {
  if (existsSync(shell)) return
  const failure = await install().catch((error: Error) => error.message)
  if (failure && !existsSync(whole)) throw new Error(failure)
}

/** @returns what went wrong */
async function install(): Promise<string | undefined> {
  const minute = 60_000
  await run(['apt-get', 'update'], { timeout: 5 * minute })
  const command = ['apt-get', 'install', '--yes', '--no-install-recommends']
  const { code, stderr } = await run(
    [...command, 'chromium-headless-shell', '-o', 'DPkg::Lock::Timeout=300'],
    { timeout: 15 * minute },
  )
  return code === 0 ? undefined : stderr
}
