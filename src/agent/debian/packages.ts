import { must, run } from '../run.ts'
import type { System } from '../system.ts'

/** dpkg that is killed half-way leaves a mess, so nobody stops it; apt waits for others at work. */
const patiently = { timeout: 0, lockless: true, variables: { DEBIAN_FRONTEND: 'noninteractive' } }

const options = [
  ...['--yes', '--no-install-recommends', '--quiet=2'],
  ...['-o', 'DPkg::Lock::Timeout=300'],
  // what an admin changed in a configuration file stays
  ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
]

export const installPackages: System['installPackages'] = async (packages, step) => {
  // what was interrupted once would stop this one too
  await step('dpkg --configure', () => must(['dpkg', '--configure', '--pending'], patiently))
  await step('apt-get update', async () => {
    // one source that does not answer is no reason not to try
    const { stdout, stderr } = await run(['apt-get', 'update', '--quiet=2'], patiently)
    return `${stdout}${stderr}`
  })
  await step('apt-get install', () =>
    must(['apt-get', 'install', ...options, ...packages], patiently),
  )
}
