import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Innkeeper, start } from '../src/server.ts'
import { startHost } from './hosts/start.ts'

const rootPassword = 'Root-secret-1'
let folder: string
let panel: Innkeeper

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  chmodSync(folder, 0o711)
  panel = await start({
    dataFolder: folder,
    databaseUrl: null,
    host: '127.0.0.1',
    port: 0,
    origin: null,
    trustedProxies: [],
    webProcesses: 1,
  })
})
afterAll(async () => {
  await panel.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a bare Debian machine becomes a host from a shell', async () => {
  await using machine = await startHost({ layer: 'bare' })
  await machine.sh(
    `chpasswd && echo PermitRootLogin yes > /etc/ssh/sshd_config.d/00-test.conf
    systemctl restart ssh`,
    { input: `root:${rootPassword}\n` },
  )
  const known = await machine.sh('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  const fingerprint = known.stdout.split(' ')[1]!

  const wrong = await innkeeper([
    'host',
    'add',
    'web0',
    machine.address,
    '--fingerprint',
    'SHA256:no',
  ])
  expect(wrong).toMatchObject({ code: 1 })
  expect(wrong.said).toContain(
    'That is not the fingerprint you gave; nothing was sent to the host.',
  )

  const added = await innkeeper(
    ['host', 'add', 'web0', machine.address, '--fingerprint', fingerprint],
    `${rootPassword}\n`,
  )
  expect(added.said).toContain('Host web0 is online.')
  expect(added.code).toBe(0)
  expect(added.said).not.toContain(rootPassword)

  expect((await innkeeper(['host', 'list'])).said).toMatch(/^web0\t.*\tOnline\t0$/m)
})

async function innkeeper(args: string[], input = '') {
  const env = { PATH: process.env.PATH, INNKEEPER_DATA: folder }
  const child = spawn(process.execPath, ['src/cli.ts', ...args], { env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  child.stdin.end(input)
  await once(child, 'close')
  return { code: child.exitCode, said }
}
