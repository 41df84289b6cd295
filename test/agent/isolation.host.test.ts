import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { password } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { everything } from './everything.ts'
import { byFtp, ownPlaces } from './ftp-spy.ts'
import { describeHuge } from './huge.ts'
import { install, installAll } from './install.ts'
import { type Line, openLine } from './line.ts'
import { describePlanting } from './planting.ts'
import { preparedHost } from './prepared-host.ts'
import { placesOf, searching, trying } from './spy.ts'
import { type Login, logIn, visit } from './visitor.ts'

let host: Host
let line: Line
beforeAll(async () => {
  const prepared = await preparedHost('data')
  host = prepared.host
  line = await openLine(prepared)
})
afterAll(() => host?.remove())

/** With databases and FTP, also when a test runs alone. */
async function equipped() {
  await installAll(line, 'mysql', 'ftp')
  return { host, line }
}

// F-155
describe("somebody else's bad file", () => {
  test.each([
    ['mysql', '/etc/mysql/mariadb.conf.d/60-foreign.cnf', '[mariadbd]\nnonsense = 1\n', 'mariadb'],
    ['ftp', '/etc/proftpd/conf.d/foreign.conf', 'Nonsense on\n', 'proftpd'],
  ])(
    'keeps %s from being set up, is named, and is no matter once it is gone',
    async (feature, file, text, unit) => {
      // the packages start what they bring, and that goes on with what it has
      await host.run(['systemctl', 'start', unit])
      await host.sh(`mkdir -p "$(dirname ${file})"; cat > ${file}`, { input: text })
      const { error } = await install(line, feature)
      expect(error).toContain(file)
      expect((await host.run(['systemctl', 'is-active', unit])).stdout).toBe('active\n')

      await host.run(['rm', file])
      expect(await install(line, feature)).toMatchObject({ error: null })
    },
  )
})

describePlanting(equipped)
describeHuge(equipped)

const secret = 'MARMALADE-IN-THE-ATTIC'

describe('two customers', () => {
  // each is the other's neighbour: one with bash, one with the limited shell
  const pair = [everything(80, 'bash'), everything(81, 'limited')] as const
  const logins: Login[] = []

  beforeAll(async () => {
    await equipped()
    const result = await line.apply([...pair])
    expect(result?.errors).toEqual([])
    expect(result?.subscriptions).toMatchObject([{ ok: true }, { ok: true }])
    for (const document of pair) logins.push(await settle(document))
  })
  afterAll(() => {
    for (const login of logins) login.close()
  })

  /** Puts the secret wherever a customer has something. */
  async function settle({ user: { name }, id }: LiveDocument): Promise<Login> {
    const login = (await logIn(host, name, password))!
    const own = `${secret} of ${name}`
    const sql = `create table t (s text); insert into t values ('${own}')`
    const page = `<?php file_put_contents('/tmp/php.txt', '${own}'); chmod('/tmp/php.txt', 0644);
      system('sh ' . escapeshellarg($_GET['script'] ?? '/dev/null') . ' 2>&1');`
    const made = await login.run(`set -e; umask 022
      echo '${own}' > secret.txt
      for copy in web/shop${id}.test/config.inc tmp/sess_1 /tmp/open /var/tmp/open /dev/shm/open; do
        cp secret.txt $copy; chmod 644 $copy
      done
      echo '0 0 1 1 * echo ${own}' | crontab -
      MYSQL_PWD='${password}' mariadb -u ${name}_shop ${name}_shop -e "${sql}"
      cat > web/shop${id}.test/index.php <<'PAGE'\n${page}\nPAGE
      export SECRET='${own}'
      perl -e '$0 = "working for $ENV{SECRET}"; close $_ for *STDIN, *STDOUT, *STDERR; sleep 600' &
      echo $! > pid`)
    expect(made).toMatchObject({ code: 0 })
    expect((await visit(host, `shop${id}.test`)).status).toBe(200)
    return login
  }

  test.each([
    ['bash', 0],
    ['limited', 1],
  ] as const)('by ssh with %s and by PHP get nothing of each other', async (_shell, index) => {
    const [own, other] = [pair[index]!, pair[1 - index]!]
    const login = logins[index]!
    const { stdout: pid } = await host.run(['cat', `/home/${other.user.name}/pid`])
    const script = `${trying(other, pid.trim())}\n${searching(secret, other.user.name)}`
    const written = await login.run(`cat > spy.sh <<'SPY'\n${script}\nSPY`)
    expect(written).toMatchObject({ code: 0 })

    const found = await login.run(searching(secret, own.user.name))
    expect(found.stdout).toContain(`/home/${own.user.name}/secret.txt`)
    expect(found.stdout).toMatch(/^.*working for MARMALADE.*$/m)
    const bySsh = await login.run('sh spy.sh')
    expect(bySsh.stdout).toBe('reached the end\n')
    const page = `/index.php?script=/home/${own.user.name}/spy.sh`
    const byPhp = await visit(host, `shop${own.id}.test`, page)
    expect(byPhp).toEqual({ status: 200, text: 'reached the end\n' })
  })

  test.each([
    ['bash', 0],
    ['limited', 1],
  ] as const)(
    'by FTP, and by links of their own, get nothing of each other (%s)',
    async (_shell, index) => {
      const [own, other] = [pair[index]!, pair[1 - index]!]
      const { name } = other.user
      const { stdout: pid } = await host.run(['cat', `/home/${name}/pid`])
      const { files, folders, sockets } = placesOf(other, pid.trim())
      expect(await byFtp(host, own, [...files, ...folders, ...sockets])).toEqual(ownPlaces)

      const root = `web/shop${own.id}.test`
      const linked = await logins[index]!.run(
        `cd ${root} && ln -s /home/${name} all && ln -s all/secret.txt secret.txt`,
      )
      expect(linked).toMatchObject({ code: 0 })
      for (const path of ['/secret.txt', '/all/secret.txt', '/all/web/', '/all/tmp/sess_1'])
        expect((await visit(host, `shop${own.id}.test`, path)).text).not.toContain(secret)
    },
  )

  // S-48: and the neighbour notices nothing
  test('cannot calculate or fork for ever, and the other works meanwhile', async () => {
    const [bash, limited] = logins as [Login, Login]
    expect((await limited.run('ulimit -Ht; ulimit -Hu')).stdout).toBe('60\n40\n')
    expect((await limited.run('ulimit -t 600')).stderr).toContain('not permitted')
    // a minute is the least that a plan can give: he takes himself less, so that nobody waits for it
    const burning = limited.run("ulimit -t 1; perl -e 'while (1) {}'; echo ended with $?")
    const child = 'close STDIN; close STDOUT; close STDERR; sleep 60; exit'
    const fork = `for (1..500) { $p = fork; last unless defined $p; unless ($p) { ${child} } $n++ }`
    const forked = await limited.run(`perl -e '${fork} print $n'`)
    expect(Number(forked.stdout)).toBeGreaterThan(5)
    expect(Number(forked.stdout)).toBeLessThan(40)

    expect((await bash.run('echo $(($(echo 20) + 1))')).stdout).toBe('21\n')
    const again = (await logIn(host, pair[0].user.name, password))!
    expect((await again.run('id -un')).stdout).toBe(`${pair[0].user.name}\n`)
    again.close()
    expect((await visit(host, `shop${pair[0].id}.test`)).status).toBe(200)
    // 137 and 152 say that the kernel ended it
    expect((await burning).stdout).toMatch(/^ended with 1(37|52)\n$/)
    await host.sh(`pkill -KILL -u ${pair[1].user.uid} perl`)
  })

  test('find no names of each other when packages came and logs were rotated either', async () => {
    const places = '/home /run/utmp /var/log/wtmp /var/log/btmp /var/log/lastlog'
    const modes = async () => (await host.sh(`stat -c %a ${places}`)).stdout
    const hidden = '711\n660\n660\n660\n660\n'
    expect(await modes()).toBe(hidden)
    // as the packages of systemd do
    await host.sh('systemd-tmpfiles --create home.conf systemd.conf var.conf')
    expect(await modes()).not.toBe(hidden)
    await host.sh('apt-get install --yes --reinstall acl')
    expect(await modes()).toBe(hidden)

    // Debian's logrotate is not on these hosts: this makes what its rules say
    const rotate = '/usr/bin/install -m 664 -g utmp /dev/null /var/log/wtmp'
    const unit = `[Service]\nType=oneshot\nExecStart=${rotate}\n`
    await host.sh('cat > /run/systemd/system/logrotate.service', { input: unit })
    await host.sh('systemctl daemon-reload && systemctl start logrotate')
    expect(await modes()).toBe(hidden)
    expect((await host.sh('stat -c %s /var/log/wtmp')).stdout).toBe('0\n')
  })

  test('are hidden from each other after a power loss too', async () => {
    for (const login of logins.splice(0)) login.close()
    await host.crash()
    await host.boot()
    await host.settled()
    const login = (await logIn(host, pair[0].user.name, password))!
    const seen = await login.run('ps -e -o user= | sort -u; ls /tmp; ls -d /proc/1')
    expect(seen.stdout).toBe(`${pair[0].user.name}\nopen\n`)
    expect((await login.run('ls /home; who; last')).stdout).toBe('')
    login.close()
  })
})
