import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { numbered, password } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { startDebianHost } from '../hosts/start.ts'
import { provided } from './install.ts'
import { openLine } from './line.ts'
import { type PreparedHost, prepare, setUp } from './prepared-host.ts'
import { all, listening, page, reaching } from './socket-scripts.ts'
import { type Login, logIn, visit } from './visitor.ts'

/** Containers may not give their kernel anything to ask; this host has Debian's own. */
let host: Host
let prepared: PreparedHost
const pair = ([1, 2] as const).map((n) => {
  const document = numbered(n)
  return { ...document, user: { ...document.user, shell: 'bash' as const } }
})
const [cato, neighbour] = pair.map(({ user }) => user.name) as [string, string]
const logins = new Map<string, Login>()

beforeAll(async () => {
  host = await startDebianHost()
  prepared = await prepare(host)
  const line = await openLine(prepared)
  expect((await line.apply(pair))?.errors).toEqual([])
  line.end()
  await settle()
}, 600_000)
afterAll(async () => {
  leave()
  await host?.remove()
})

const facts = async () => {
  const line = await openLine(prepared)
  const provides = await provided(line)
  line.end()
  return provides
}

/** Both have programs that listen, started by ssh and by PHP. */
async function settle() {
  for (const name of [cato, neighbour]) {
    const login = (await logIn(host, name, password))!
    logins.set(name, login)
    await login.run(`cat > listen.pl <<'END'\n${listening}\nEND`)
    await login.run(`cat > reach.pl <<'END'\n${reaching}\nEND`)
    await login.run(`cat > web/shop${name.slice(-1)}.test/index.php <<'END'\n${page}\nEND`)
    expect(await login.run(`perl listen.pl ${name}-ssh`)).toMatchObject({ code: 0 })
    await visit(host, `shop${name.slice(-1)}.test`, `/?run=listen.pl&name=${name}-php`)
  }
}

function leave() {
  for (const login of logins.values()) login.close()
  logins.clear()
}

const refused = all('Operation not permitted')

/** Every way that a customer has of running a program. */
const ways: Record<string, (name: string, listener: string) => Promise<string>> = {
  ssh: async (name, listener) => (await logins.get(name)!.run(`perl reach.pl ${listener}`)).stdout,
  'another session': async (name, listener) => {
    const login = (await logIn(host, name, password))!
    const { stdout } = await login.run(`perl reach.pl ${listener}`)
    login.close()
    return stdout
  },
  PHP: async (name, listener) => {
    const site = `shop${name.slice(-1)}.test`
    const { text } = await visit(host, site, `/?run=reach.pl&name=${listener}`)
    const [own, ...started] = text.split(/(?<=\n)/)
    expect(own).toBe(`PHP: ${started[2]!.slice('stream: '.length)}`)
    return started.join('')
  },
  cron: async (name, listener) => {
    const login = logins.get(name)!
    await login.run(
      `rm -f found; echo '* * * * * perl reach.pl ${listener} > part; mv part found' | crontab -`,
    )
    // the host's own clock: nobody waits for the minute to be full
    await host.sh('date --set "$(date +%H:%M):57" && systemctl restart cron')
    const found = async () => {
      const { code, stdout } = await login.run('cat found && crontab -r')
      expect(code).toBe(0)
      return stdout
    }
    return await vi.waitFor(found, { timeout: 200_000, interval: 1_000 })
  },
}

describe.each(Object.entries(ways))('a program that listens is reached by %s', (_way, reach) => {
  test.each(['ssh', 'php'])(
    'of the customer who started it by %s, and of nobody else',
    async (by) => {
      const listener = `${cato}-${by}`
      const found = await Promise.all([cato, neighbour].map((name) => reach(name, listener)))
      expect(found).toEqual([all(`the secret of ${listener}`), refused])
    },
  )
})

test('root and services reach them, as ever', async () => {
  await host.sh(`install -m 644 /home/${cato}/reach.pl /tmp/reach.pl`)
  for (const user of ['root', 'www-data']) {
    const { stdout } = await host.run([
      'runuser',
      '-u',
      user,
      'perl',
      '/tmp/reach.pl',
      `${cato}-ssh`,
    ])
    expect(stdout).toBe(all(`the secret of ${cato}-ssh`))
  }
})

test('after a power loss they are apart too', async () => {
  leave()
  await host.crash()
  await host.boot()
  await host.settled()
  await settle()
  expect(await ways.ssh!(neighbour, `${cato}-ssh`)).toBe(refused)
})

test('a host whose kernel does not ask says so, until it is set up again', async () => {
  expect(await facts()).toContain('separateSockets')
  await host.sh('rm -r /sys/fs/bpf/innkeeper')
  expect(await facts()).not.toContain('separateSockets')
  expect(await ways.ssh!(neighbour, `${cato}-ssh`)).toBe(all(`the secret of ${cato}-ssh`))

  const { stdout } = await host.run(['cat', '/var/lib/innkeeper-login/.ssh/authorized_keys'])
  const publicKey = stdout.slice(stdout.indexOf('ssh-ed25519')).trim()
  expect(await setUp(host, publicKey)).toMatchObject({ ok: true, changed: [] })
  expect(await facts()).toContain('separateSockets')
  expect(await ways.ssh!(neighbour, `${cato}-ssh`)).toBe(refused)
})
