import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { Installed } from '../../src/contract/messages.ts'
import { mysqlHash } from '../../src/databases/user-password.ts'
import { numbered, password, removalOf } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { ftp } from './ftp-client.ts'
import { type Line, openLine } from './line.ts'
import { preparedHost } from './prepared-host.ts'
import { searching, trying } from './spy.ts'
import { type Login, logIn, visit } from './visitor.ts'

let host: Host
let line: Line
beforeAll(async () => {
  const prepared = await preparedHost('data')
  host = prepared.host
  line = await openLine(prepared)
})
afterAll(() => host?.remove())

const install = async (feature: string) =>
  Installed.parse(await line.ask({ type: 'install', feature }))

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
      const { error } = await install(feature)
      expect(error).toContain(file)
      if (feature !== 'mail')
        expect((await host.run(['systemctl', 'is-active', unit])).stdout).toBe('active\n')

      await host.run(['rm', file])
      expect(await install(feature)).toMatchObject({ error: null })
    },
  )
})

const secret = 'MARMALADE-IN-THE-ATTIC'

/** What a subscription can have, all at once. */
function everything(n: number, shell: 'bash' | 'limited'): LiveDocument {
  const promised = { disk: null, perl: false, cgi: false, virusScan: false }
  const document = numbered(n, { promised })
  const { name, passwordHash } = document.user
  const users = [{ name: `${name}_shop`, passwordHash: mysqlHash(password), address: 'localhost' }]
  const photos = { name: `${name}_photos`, folder: 'web/photos', passwordHash }
  return {
    ...document,
    user: { ...document.user, shell, limits: { cpuSeconds: 60, processes: 40 } },
    databases: { promised: null, all: [{ name: `${name}_shop`, users }] },
    ftp: { promised: null, logins: [photos] },
    sshKeys: [{ type: 'ssh-ed25519', blob: 'A'.repeat(68) }],
  }
}

// F-170
describe('what a customer plants in his home', () => {
  const plants = ['ln -s /srv/outside', 'ln -s /srv/outside/file', 'mkfifo', 'ln own', 'ln -s own']
  const tops = ['web', 'tmp', 'logs', '.ssh', '.innkeeper-new']
  const below = (id: number) =>
    [`shop${id}.test`, `more${id}.test`, 'photos', '.innkeeper-new'].map((name) => `web/${name}`)

  /** One customer for each kind and place, so that all go in one request. */
  const planters = plants.flatMap((plant, kind) =>
    [false, true].map((deep) => {
      const document = everything(82 + 2 * kind + Number(deep), 'bash')
      const paths = deep ? below(document.id) : tops
      const script = `cd; rm -rf ${tops.join(' ')}; ${deep ? 'mkdir web tmp;' : ''} touch own
        for path in ${paths.join(' ')}; do ${plant} $path || exit 1; done`
      return { document, script }
    }),
  )
  // who stands in the same request and has done nothing
  const innocent = everything(98, 'bash')
  const documents = [...planters.map(({ document }) => document), innocent]

  const plantAll = async () => {
    for (const { document, script } of planters) {
      const { name, uid } = document.user
      // su would not let in who is suspended, and what he left running may go on planting
      const as = `setpriv --reuid ${uid} --regid ${uid} --clear-groups env HOME=/home/${name}`
      const planted = await host.run([...as.split(' '), 'sh', '-c', script])
      expect(planted).toMatchObject({ code: 0 })
    }
  }
  const outside = async () =>
    (await host.sh("find /srv/outside -printf '%p %y %m %U:%G %s %T@ %C@\\n'")).stdout
  const more = ({ id, sites }: LiveDocument) => ({
    sites: [...sites, { domain: `more${id}.test`, www: false, php: '8.2' }],
  })

  test('makes root change nothing outside at any step, and keeps nobody from being suspended', async () => {
    await host.sh('mkdir -p /srv/outside; install -m 600 /dev/null /srv/outside/file')
    expect(await line.apply(documents)).toMatchObject({ ok: true })
    const untouched = await outside()

    await plantAll()
    const changed = await line.apply(
      documents.map((one) => ({ ...one, ...more(one), generation: 2 })),
    )
    expect(changed?.errors).toEqual([])
    // he is told what was in the way
    const told = changed!.subscriptions.filter(({ ok }) => !ok)
    expect(told).not.toContainEqual(expect.objectContaining({ id: innocent.id }))
    expect(told.length).toBeGreaterThan(0)
    for (const { errors } of told)
      expect(errors).toMatchObject([
        { code: 'failed', text: expect.stringContaining(' ended with ') },
      ])
    expect(await outside()).toBe(untouched)

    await plantAll()
    const state = 'suspended' as const
    const suspended = documents.map((one) => ({ ...one, ...more(one), generation: 3, state }))
    expect(await line.apply(suspended)).toMatchObject({ ok: true })
    expect(await ftp(host, documents[0]!.user.name, password).list('')).toBeUndefined()
    expect((await visit(host, 'more82.test')).status).toBe(503)
    expect(await outside()).toBe(untouched)

    await plantAll()
    await line.apply(documents.map((one) => ({ ...one, generation: 4 })))
    expect(await outside()).toBe(untouched)

    await plantAll()
    const gone = documents.map((one) => ({ ...removalOf(one), generation: 5 }))
    expect(await line.apply(gone)).toMatchObject({ ok: true })
    await expect.poll(async () => (await host.run(['ls', '/home/.innkeeper'])).stdout).toBe('')
    expect(await outside()).toBe(untouched)
    expect((await host.sh('find / -xdev -uid +70081 -uid -70099')).stdout).toBe('')
  })
})

describe('two customers', () => {
  // each is the other's neighbour: one with bash, one with the limited shell
  const pair = [everything(80, 'bash'), everything(81, 'limited')] as const
  const logins: Login[] = []

  beforeAll(async () => {
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

  test('by FTP, and by links of their own, get nothing of each other', async () => {
    const [own, other] = pair
    const { name } = other.user
    const root = `web/shop${own.id}.test`
    const files = ['secret.txt', `web/shop${other.id}.test/config.inc`, 'tmp/sess_1']
    const links = files.map((file, n) => `ln -s /home/${name}/${file} link${n}.txt`)
    const linked = await logins[0]!.run(
      `cd ${root} && ${links.join(' && ')} && ln -s /home/${name} all`,
    )
    expect(linked).toMatchObject({ code: 0 })

    const client = ftp(host, own.user.name, password)
    for (const path of [`/home/${name}/secret.txt`, `../${name}/secret.txt`, `${root}/link0.txt`])
      expect([path, await client.download(path)]).toEqual([path, undefined])
    for (const path of [`/home/${name}/`, `../${name}/`, `${root}/all/`, '/home/', '/proc/'])
      expect([path, await client.list(path)]).toEqual([path, undefined])
    for (const path of [`../${name}/web/planted.txt`, `${root}/all/web/planted.txt`])
      expect([path, await client.upload(path, 'x')]).toEqual([path, false])
    for (const path of ['/link0.txt', '/link1.txt', '/link2.txt', '/all/secret.txt'])
      expect((await visit(host, `shop${own.id}.test`, path)).text).not.toContain(secret)
  })

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

  test('are hidden from each other after a power loss too', async () => {
    for (const login of logins.splice(0)) login.close()
    await host.crash()
    await host.boot()
    await host.settled()
    const login = (await logIn(host, pair[0].user.name, password))!
    const seen = await login.run('ps -e -o user= | sort -u; ls /tmp; ls -d /proc/1')
    expect(seen.stdout).toBe(`${pair[0].user.name}\nopen\n`)
    login.close()
  })
})
