import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { numbered, password, removalOf } from '../contract/cast.ts'
import { describeHostile, upload } from './hostile.ts'
import { describeLifeCycle } from './life-cycle.ts'
import { type Line, openLine } from './line.ts'
import { type PreparedHost, preparedHost, settledState, setUp } from './prepared-host.ts'
import { describeRefusals } from './refusals.ts'
import type { Subject } from './subject.ts'
import { logIn, visit } from './visitor.ts'

let prepared: PreparedHost
let line: Line
beforeAll(async () => {
  prepared = await preparedHost()
  line = await openLine(prepared)
})
afterAll(() => prepared?.host.remove())

const one = async (document: Parameters<Line['apply']>[0][number]) => {
  const result = await line.apply([document])
  return result!.subscriptions[0]!
}

const subject = async (): Promise<Subject> => ({
  apply: async (documents, onStep) => (await line.apply(documents, onStep))!,
  async read(path) {
    const { code, stdout } = await prepared.host.run(['cat', path])
    return code === 0 ? stdout : undefined
  },
  state: () => settledState(prepared.host),
  async addUser(name, uid) {
    await prepared.host.run(['useradd', '--uid', String(uid), '--no-create-home', name])
  },
})

describeLifeCycle(subject)
describeRefusals(subject)

describe('setup', () => {
  test('changes nothing when it is run again', async () => {
    const { host, key } = await preparedHost()
    await using _ = host
    const before = await host.state()
    const { stdout } = await host.run(['cat', '/var/lib/innkeeper-login/.ssh/authorized_keys'])
    const publicKey = stdout.slice(stdout.indexOf('ssh-ed25519')).trim()
    expect(await setUp(host, publicKey)).toMatchObject({ ok: true, changed: [] })
    expect(await host.state()).toBe(before)

    // one that an older agent has prepared
    await host.sh(`mount -o remount,hidepid=off /proc; chmod 755 /etc/innkeeper
      rm /etc/tmpfiles.d/innkeeper-names.conf; chmod 755 /home; chmod 664 /var/log/wtmp
      rm /etc/systemd/system/innkeeper-separate-sockets.service
      rm /etc/security/namespace.d/innkeeper.conf; sed -i /pam_namespace/d /etc/pam.d/sshd`)
    const mended = ['processes', 'sockets', 'names', 'folders of sessions', 'pam of sshd']
    const { changed, facts } = await setUp(host, publicKey)
    expect(changed).toEqual(['/etc/innkeeper', ...mended])
    expect(facts?.provides).toContain('hiddenProcesses')
    expect((await host.sh('stat -c %a /home /var/log/wtmp')).stdout).toBe('711\n660\n')
    const again = await openLine({ host, key })
    expect(again.hello.facts).toMatchObject({ debian: expect.stringMatching(/^12/), php: ['8.2'] })
    again.end()
  })

  // F-55
  test.each([
    `command="id" ssh-ed25519 ${'A'.repeat(68)}`,
    `ssh-ed25519 ${'A'.repeat(68)}\nssh-ed25519 ${'B'.repeat(68)}`,
    `ssh-rsa ${'A'.repeat(68)}`,
    '-----BEGIN OPENSSH PRIVATE KEY-----',
  ])('refuses %j as a key', async (publicKey) => {
    const result = await setUp(prepared.host, publicKey)
    expect(result).toMatchObject({ ok: false, changed: [] })
  })

  test('leaves other logins as they are', async () => {
    const { host } = prepared
    await host.sh(`useradd -m -s /bin/bash deploy && echo 'deploy:${password}' | chpasswd`)
    const login = await logIn(host, 'deploy', password)
    expect((await login?.run('id -un'))?.stdout).toBe('deploy\n')
    login?.close()
  })
})

describe('the control login', () => {
  test('runs the agent and nothing else', async () => {
    const { host, key } = prepared
    await host.sh('cat > /tmp/key && chmod 600 /tmp/key', { input: key })
    const ssh = `ssh -i /tmp/key -o StrictHostKeyChecking=no innkeeper@127.0.0.1`
    const shadow = await host.sh(`${ssh} 'cat /etc/shadow' < /dev/null`)
    expect(shadow.stdout).toMatch(/^\{"type":"hello"/)
    expect(shadow.stdout).not.toContain('root:')
    const forward = await host.sh(`${ssh} -N -W 127.0.0.1:80 < /dev/null`)
    expect(forward.stderr).toContain('administratively prohibited')
    const sudo = await host.sh(`su -s /bin/sh innkeeper -c 'sudo -n id'`)
    expect(sudo.code).not.toBe(0)
    const other = `sudo -n /usr/bin/node /usr/local/lib/innkeeper/agent.mjs setup`
    expect((await host.sh(`su -s /bin/sh innkeeper -c '${other}' < /dev/null`)).code).not.toBe(0)
    await host.sh('rm -rf /tmp/key /root/.ssh/known_hosts')
  })
})

describe('a customer', () => {
  // P-13, P-14, P-18, S-44, S-45
  test('has a web site, PHP and a shell, until suspended or removed', async () => {
    const { host } = prepared
    const { user, ...cato } = numbered(50)
    const change = (generation: number, changes: Partial<LiveDocument>) =>
      one({ ...cato, user: { ...user, shell: 'bash' }, generation, ...changes })
    await change(1, {})
    for (const name of ['shop50.test', 'www.shop50.test']) {
      const page = await visit(host, name)
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining('set up') })
    }
    expect((await visit(host, 'unknown.test')).status).toBe(404)

    await upload(host, 'cato50/web/shop50.test/who.php', '<?php echo posix_geteuid(), getcwd();')
    const who = { status: 200, text: '70050/home/cato50/web/shop50.test' }
    expect(await visit(host, 'shop50.test', '/who.php')).toEqual(who)

    const login = (await logIn(host, 'cato50', password))!
    expect((await login.run('id -un')).stdout).toBe('cato50\n')
    expect(await logIn(host, 'cato50', 'wrong')).toBeUndefined()

    const suspended = await change(2, { state: 'suspended' })
    expect(suspended.changed).toContain('processes')
    await login.ended
    const page = await visit(host, 'shop50.test', '/who.php')
    expect(page.status).toBe(503)
    expect(page.text).toContain('This site is suspended.')
    expect(await logIn(host, 'cato50', password)).toBeUndefined()
    expect((await host.run(['pgrep', '-u', '70050'])).stdout).toBe('')

    await change(3, {})
    expect(await visit(host, 'shop50.test', '/who.php')).toEqual(who)
    const back = (await logIn(host, 'cato50', password))!
    expect(back).toBeDefined()

    const off = await change(4, { user })
    expect(off).toMatchObject({ ok: true, facts: { shell: 'off' } })
    await back.ended
    expect(await logIn(host, 'cato50', password)).toBeUndefined()
    expect(await visit(host, 'shop50.test', '/who.php')).toEqual(who)

    await upload(host, 'cato50/../../tmp/left-by-cato', 'in a folder that all may write to')
    await one({ ...removalOf(numbered(50)), generation: 5 })
    expect((await visit(host, 'shop50.test')).status).toBe(404)
    await settledState(host)
    expect((await host.run(['pgrep', '-u', '70050'])).stdout).toBe('')
    expect((await host.sh('find / -xdev -uid 70050 -o -xdev -gid 70050')).stdout).toBe('')
  })

  // S-48, R-21
  test('with a limited shell cannot fork for ever or calculate for ever', async () => {
    const limits = { cpuSeconds: 60, processes: 20 }
    const limited = numbered(40)
    await one({ ...limited, user: { ...limited.user, shell: 'limited', limits } })
    const login = (await logIn(prepared.host, 'cato40', password))!
    const child = 'close STDIN; close STDOUT; close STDERR; sleep 60; exit'
    const fork = `for (1..500) { $p = fork; last unless defined $p; unless ($p) { ${child} } $n++ }`
    const forked = await login.run(`perl -e '${fork} print $n'`)
    expect(Number(forked.stdout)).toBeGreaterThan(5)
    expect(Number(forked.stdout)).toBeLessThan(20)
    login.close()

    const second = await one(removalOf(limited))
    expect(second.ok).toBe(true)
    await settledState(prepared.host)
    expect((await prepared.host.run(['pgrep', '-u', '70040'])).stdout).toBe('')
  })

  test('with a limited shell has the CPU seconds of the document, in whole minutes', async () => {
    const limits = { cpuSeconds: 61, processes: null }
    const limited = numbered(41)
    await one({ ...limited, user: { ...limited.user, shell: 'limited', limits } })
    const login = (await logIn(prepared.host, 'cato41', password))!
    expect((await login.run('ulimit -t; ulimit -Ht')).stdout).toBe('120\n120\n')
    expect((await login.run('ulimit -t 600')).stderr).toContain('not permitted')
    login.close()
    await one(removalOf(limited))
  })

  // S-47, R-21
  test('has plain bash where the host cannot limit it, and the panel is told', async () => {
    const { host } = prepared
    await host.run(['sed', '-i', 's/^session.*pam_limits/#&/', '/etc/pam.d/sshd'])
    const limits = { cpuSeconds: 60, processes: 20 }
    const unlimited = numbered(46)
    const wanted = { ...unlimited, user: { ...unlimited.user, shell: 'limited' as const, limits } }
    expect(await one(wanted)).toMatchObject({
      ok: true,
      facts: { shell: 'bash' },
      shortfalls: [{ property: 'shell', wanted: 'limited', available: 'bash' }],
    })
    const login = (await logIn(host, 'cato46', password))!
    expect((await login.run('ulimit -t')).stdout).toBe('unlimited\n')
    login.close()

    await host.run(['sed', '-i', 's/^#\\(session.*pam_limits\\)/\\1/', '/etc/pam.d/sshd'])
    expect(await one(wanted)).toMatchObject({ shortfalls: [], changed: ['limits'] })
    await one(removalOf(unlimited))
  })

  test('cannot tunnel, whatever his shell', async () => {
    const { host } = prepared
    const tunneller = numbered(42)
    await one({ ...tunneller, user: { ...tunneller.user, shell: 'bash' } })
    const forwarding = await host.run(['sshd', '-T', '-C', 'user=cato42,host=x,addr=127.0.0.1'])
    for (const kind of ['allowtcpforwarding', 'allowstreamlocalforwarding', 'allowagentforwarding'])
      expect(forwarding.stdout).toContain(`${kind} no`)
    await one(removalOf(tunneller))
  })
})

describeHostile(() => ({ ...prepared, line }))
