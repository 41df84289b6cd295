import { run } from '../hosts/command.ts'
import type { Host } from '../hosts/host.ts'

/** What the world gets from a host for a name: real HTTP, the name only in the Host header. */
export async function browse(host: Host, domain: string) {
  const { stdout } = await run(
    [
      'curl',
      '--silent',
      '--max-time',
      '30',
      '--write-out',
      '\n%{http_code}',
      '--header',
      `Host: ${domain}`,
      `http://${host.address}/`,
    ],
    { timeout: 40_000 },
  )
  const end = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) }
}

/** Signs in with a password as a customer would; null when the host refuses. */
export async function ssh(host: Host, user: string, password: string, command: string) {
  const { code, stdout } = await run(
    [
      ...['sshpass', '-e', 'ssh', '-o', `UserKnownHostsFile=${host.knownHosts}`],
      ...['-o', 'StrictHostKeyChecking=yes', '-o', 'PubkeyAuthentication=no'],
      ...['-o', 'NumberOfPasswordPrompts=1', '-o', 'ConnectTimeout=30'],
      ...['-l', user, host.address, command],
    ],
    { timeout: 60_000, env: { ...process.env, SSHPASS: password } },
  )
  return code === 0 ? stdout.trim() : null
}
