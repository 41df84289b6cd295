import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { logins } from '../src/accounts/schema.ts'
import { ownDatabase, untilBlocked } from './support/database.ts'
import { quickStart } from './support/quick-start.ts'

let folder: string
const started: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'innkeeper-'))
  chmodSync(folder, 0o711)
})
afterEach(async () => {
  for (const child of started.splice(0)) await ended(child, 'SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

describe('the first start', { timeout: 60_000 }, () => {
  test('prints the address and a password that works; the next one finds the same data', async () => {
    // nothing but what npm start does
    const first = await launch({}, [])
    const password = /password (\S+)/.exec(first.said())![1]!
    await expectLogin(first.address, password)

    expect(await ended(first.child, 'SIGINT')).toBe(0)
    await expect(fetch(first.address)).rejects.toThrow()

    const second = await launch()
    expect(second.said()).not.toContain('password')
    await expectLogin(second.address, password)
  })

  test('survives being killed: the next start takes the folder and the database over', async () => {
    const first = await launch()
    const password = /password (\S+)/.exec(first.said())![1]!
    await ended(first.child, 'SIGKILL')

    const second = await launch()
    await expectLogin(second.address, password)
  })
})

describe('a Postgres of your own', { timeout: 60_000 }, () => {
  const db = ownDatabase()

  test('is used instead of the embedded one', async () => {
    const own = await launch({ DATABASE_URL: db.url() })
    await expectLogin(own.address, /password (\S+)/.exec(own.said())![1]!)

    expect(readdirSync(join(folder, 'data'))).not.toContain('postgres')
    expect(await db().select({ name: logins.name }).from(logins)).toEqual([{ name: 'admin' }])
  })
})

describe('several web processes', { timeout: 120_000 }, () => {
  const db = ownDatabase()

  test('share the requests; one that dies is replaced, and all end with the first', async () => {
    const variables = { DATABASE_URL: db.url(), INNKEEPER_WEB_PROCESSES: '2' }
    const { child, said, address } = await launch(variables)
    await expectLogin(address, /password (\S+)/.exec(said())![1]!)
    const [one, other] = await webProcesses(child, 2)

    process.kill(one!, 'SIGKILL')
    while (!said().includes('A web process ended')) await once(child.stderr!, 'data')
    expect((await fetch(`${address}/healthz`)).status).toBe(200)
    const after = await webProcesses(child, 2)
    expect(after).toContain(other)
    expect(after).not.toContain(one)

    // As a terminal's Ctrl-C does, that reaches all of them.
    for (const pid of after) process.kill(pid, 'SIGINT')
    expect((await fetch(`${address}/healthz`)).status).toBe(200)
    expect(await ended(child, 'SIGINT')).toBe(0)
    expect(after.filter(isAlive)).toEqual([])
  })

  test('end when the first is killed', async () => {
    const variables = { DATABASE_URL: db.url(), INNKEEPER_WEB_PROCESSES: '2' }
    const { child, address } = await launch(variables)
    const all = await webProcesses(child, 2)
    await ended(child, 'SIGKILL')
    await vi.waitFor(() => expect(all.filter(isAlive)).toEqual([]), 20_000)
    await expect(fetch(address)).rejects.toThrow()
  })

  test('say in one sentence why they cannot start', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const variables = { DATABASE_URL: db.url(), INNKEEPER_WEB_PROCESSES: '2', PORT: String(port) }

    expect(await refusal(variables)).toBe(`Port ${port} is in use; set PORT to another one.`)
    other.close()
  })
})

describe.each(['1', '2'])('told to stop, with %s web processes', { timeout: 60_000 }, (count) => {
  const db = ownDatabase()

  // F-137
  test('it takes nothing new, and ends what is under way', async () => {
    const { child, said, address } = await launch({
      DATABASE_URL: db.url(),
      INNKEEPER_WEB_PROCESSES: count,
    })
    const login = await db().transaction(async (tx) => {
      await tx.execute(sql`lock table logins in access exclusive mode`)
      const login = expectLogin(address, /password (\S+)/.exec(said())![1]!)
      await untilBlocked(db())
      child.kill('SIGTERM')
      await vi.waitFor(() => expect(fetch(`${address}/healthz`)).rejects.toThrow(), 10_000)
      return { login }
    })
    await login.login
    expect(await ended(child)).toBe(0)
  })
})

describe('what cannot start says why in one sentence and ends with 1', { timeout: 60_000 }, () => {
  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }

    expect(await refusal({ PORT: String(port) })).toBe(
      `Port ${port} is in use; set PORT to another one.`,
    )
    other.close()
  })

  test('a data folder that cannot be written', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(await refusal({ INNKEEPER_DATA: join(file, 'data') })).toBe(
      `The data folder ${join(file, 'data')} cannot be written; set INNKEEPER_DATA to one that can.`,
    )
  })

  test('a database that nobody serves', async () => {
    expect(await refusal({ DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/panel' })).toBe(
      'No Postgres answers at 127.0.0.1:1/panel; check DATABASE_URL and that it is running.',
    )
  })

  test('a folder that another panel has', async () => {
    const first = await launch()
    expect(await refusal({})).toBe(
      `Innkeeper already runs on ${join(folder, 'data')} (process ${first.child.pid}).`,
    )
  })
})

test('an old Node is told before anything is installed', async () => {
  const child = spawn(process.execPath, [
    ...[
      '--import',
      'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"16.20.2"})',
    ],
    'src/install.mjs',
  ])
  const said = text(child)
  expect(await ended(child)).toBe(1)
  expect(said()).toContain('Innkeeper needs Node 18 or newer')
})

/** Their numbers, as soon as there are so many that live. */
const webProcesses = (child: ChildProcess, count: number) =>
  vi.waitFor(() => {
    const file = `/proc/${child.pid}/task/${child.pid}/children`
    const all = readFileSync(file, 'utf8').trim().split(' ').map(Number).filter(isAlive)
    const web = all.filter((pid) =>
      /process\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')),
    )
    expect(web).toHaveLength(count)
    return web
  }, 20_000)

function isAlive(pid: number): boolean {
  try {
    return !/^\S+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function run(variables: Record<string, string>, options = quickStart) {
  const child = spawn(process.execPath, [...options, 'src/server.ts'], {
    env: {
      PATH: process.env.PATH,
      INNKEEPER_DATA: join(folder, 'data'),
      INNKEEPER_WEB_PROCESSES: '1',
      PORT: '0',
      ...variables,
    },
  })
  started.push(child)
  return { child, said: text(child) }
}

async function launch(variables: Record<string, string> = {}, options = quickStart) {
  const { child, said } = run(variables, options)
  while (!said().includes('ready') || !said().endsWith('\n')) {
    if (child.exitCode !== null) throw new Error(said())
    await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')])
  }
  return { child, said, address: /ready: (\S+)/.exec(said())![1]! }
}

async function refusal(variables: Record<string, string>): Promise<string> {
  const { child, said } = run(variables)
  expect(await ended(child)).toBe(1)
  return said().trim()
}

function text(child: ChildProcess): () => string {
  let said = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  return () => said
}

async function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  if (signal) child.kill(signal)
  await once(child, 'close')
  return child.exitCode
}

async function expectLogin(address: string, password: string) {
  const form = await fetch(`${address}/login`)
  const cookie = form.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const token = /name="_csrf" value="([^"]+)"/.exec(await form.text())![1]!
  const answer = await fetch(`${address}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: address },
    body: new URLSearchParams({ _csrf: token, name: 'admin', password }),
  })
  expect(answer.status).toBe(303)
}
