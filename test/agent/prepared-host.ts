import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { vi } from 'vitest'
import { bundle } from '../../src/agent/bundle.ts'
import { SetupResult } from '../../src/contract/setup.ts'
import { newKeyPair } from '../../src/hosts/connection/key-pair.ts'
import type { Host } from '../hosts/host.ts'
import type { Layer } from '../hosts/image.ts'
import { startHost } from '../hosts/start.ts'

/** A host after enrolment, and the key that opens its control login. */
export interface PreparedHost {
  host: Host
  key: string
}

export async function preparedHost(layer?: Layer): Promise<PreparedHost> {
  return prepare(await startHost(layer && { layer }))
}

/** What enrolment does with a host that has booted. */
export async function prepare(host: Host): Promise<PreparedHost> {
  await host.settled()
  const pair = newKeyPair()
  const result = await setUp(host, pair.public)
  if (!result.ok) throw new Error(result.error ?? 'setup failed')
  return { host, key: pair.private }
}

/** What enrolment does once Debian's packages are there. */
export async function setUp(host: Host, publicKey: string): Promise<SetupResult> {
  const { text } = await bundle()
  await host.sh('cat > /root/agent.mjs', { input: text })
  const setup = ['node', '/root/agent.mjs', 'setup']
  const { stdout, stderr } = await host.run(setup, { input: JSON.stringify({ publicKey }) })
  if (stdout === '') throw new Error(stderr)
  return SetupResult.parse(JSON.parse(stdout))
}

/** Everything as before, homes included, which the agent deletes after its answer. */
export async function settledState(host: Host): Promise<string> {
  const isEmpty = async () => {
    const { stdout } = await host.run(['ls', '/home/.innkeeper'])
    if (stdout !== '') throw new Error(`Not deleted: ${stdout}`)
  }
  await vi.waitFor(isEmpty, { timeout: 30_000 })
  return host.state()
}

/** A process's number out here, where a signal arrives at once. */
export async function outerPid(host: Host, pid: number): Promise<number> {
  const { stdout } = await host.run(['readlink', '/proc/1/ns/pid'])
  const found = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .find((name) => isThere(name, stdout.trim(), pid))
  if (!found) throw new Error(`No process ${pid} in ${host.name}`)
  return Number(found)
}

function isThere(outer: string, namespace: string, inner: number): boolean {
  try {
    if (readlinkSync(`/proc/${outer}/ns/pid`) !== namespace) return false
    return (
      /^NSpid:.*\t([0-9]+)$/m.exec(readFileSync(`/proc/${outer}/status`, 'utf8'))?.[1] ===
      String(inner)
    )
  } catch {
    return false
  }
}
