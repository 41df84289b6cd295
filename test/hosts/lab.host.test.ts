import { expect, test } from 'vitest'
import { run } from './command.ts'
import type { Host } from './host.ts'
import { greets } from './reach.ts'
import { startHost } from './start.ts'

test('a host is a whole Debian 12 server that root enters with its key', async () => {
  await using host = await startHost()
  await host.settled()

  const { stdout } = await ssh(
    host,
    '. /etc/os-release; echo $ID $VERSION_ID; systemctl is-active ssh',
  )
  expect(stdout).toBe('debian 12\nactive\n')
  expect((await host.run(['hostname'])).stdout).toBe(`${host.hostname}\n`)
})

test('the prepared layer serves web pages', async () => {
  await using host = await startHost({ layer: 'prepared' })
  await host.settled()
  const page = await fetch(`http://${host.address}/`)
  expect(page.status).toBe(200)
})

test('a bare host installs packages without a network', async () => {
  await using host = await startHost({ layer: 'bare' })
  expect(existsInside(await host.sh('command -v nginx'))).toBe(false)

  const install = await host.sh('apt-get update && apt-get install --yes nginx-light')
  expect(install).toMatchObject({ code: 0 })
  const page = await fetch(`http://${host.address}/`)
  expect(page.status).toBe(200)
})

test('two hosts boot at once, reach each other and nothing else', async () => {
  await using pair = new AsyncDisposableStack()
  const [one, two] = await Promise.all([startHost(), startHost()])
  pair.use(one)
  pair.use(two)

  expect(one.hostKey).not.toBe(two.hostKey)
  const ids = await Promise.all([one, two].map((host) => host.sh('cat /etc/machine-id')))
  expect(ids[0]!.stdout).not.toBe(ids[1]!.stdout)
  const reach = (address: string) => one.sh(`timeout 5 bash -c ': < /dev/tcp/${address}/22'`)
  expect(await reach(two.address)).toMatchObject({ code: 0 })
  expect((await reach('192.0.2.1')).stderr).toContain('Network is unreachable')
})

test('after a crash the same disk boots again', async () => {
  await using host = await startHost()
  await host.sh('useradd --create-home cato; echo kept > /home/cato/note; sync')
  const { hostKey } = host

  await host.crash()
  expect(await greets(host.address)).toBe(false)
  await host.boot()

  expect((await ssh(host, 'cat /home/cato/note')).stdout).toBe('kept\n')
  expect(host.hostKey).toBe(hostKey)
})

test('an unplugged host goes on working and cannot be reached', async () => {
  await using host = await startHost()
  await host.unplug()
  expect(await greets(host.address)).toBe(false)
  expect(await host.sh('echo $((40 + 2))')).toMatchObject({ code: 0, stdout: '42\n' })

  await host.plug()
  expect(await greets(host.address)).toBe(true)
})

test('a new host key is not the one that was pinned', async () => {
  await using host = await startHost()
  const pinned = host.hostKey
  await host.newHostKey()
  expect(host.hostKey).not.toBe(pinned)
  expect(await ssh(host, 'true')).toMatchObject({ code: 0 })
})

test('the state of a host is the same again once an account has come and gone', async () => {
  await using host = await startHost()
  await host.settled()
  const before = await host.state()

  await host.sh('useradd --create-home --shell /bin/bash cato')
  expect(await host.state()).not.toBe(before)
  await host.sh('userdel --remove cato')
  expect(await host.state()).toBe(before)
})

function ssh({ address, rootKey, knownHosts }: Host, script: string) {
  const options = [`UserKnownHostsFile=${knownHosts}`, 'StrictHostKeyChecking=yes', 'BatchMode=yes']
  const flags = options.flatMap((option) => ['-o', option])
  return run(['ssh', '-i', rootKey.path, ...flags, `root@${address}`, script])
}

function existsInside({ code }: { code: number }): boolean {
  return code === 0
}
