import { expect, test } from 'vitest'
import { readHostKey } from '../../../src/hosts/connection/dial.ts'
import { HostAway, HostKeyChanged, Unknown } from '../../../src/hosts/connection/hosts.ts'
import { newKeyPair } from '../../../src/hosts/connection/key-pair.ts'
import { type Limits, limits } from '../../../src/hosts/connection/limits.ts'
import { connectAgent } from '../../../src/hosts/connection/ssh.ts'
import { live } from './documents.ts'
import { answering, type FalseHost, facts, falseHost, falsePort, hello, say } from './false-host.ts'

const key = newKeyPair().private
/** Only the stage under test is short: a busy machine must not end the others. */
const connect = (host: FalseHost, short: Partial<Limits> = {}) =>
  connectAgent(host, key, { ...limits, ...short })
const ignore = () => {}

const done = (id: string, ...numbers: number[]) => ({
  type: 'result',
  id,
  ok: true,
  subscriptions: numbers.map((number) => ({
    id: number,
    generation: 1,
    ok: true,
    changed: [],
    errors: [],
    shortfalls: [],
    facts: { state: 'active', home: '/home/x', shell: 'off', sites: [] },
  })),
  errors: [],
  reloaded: [],
  ms: 1,
})

test('a host that answers is asked for facts and work over one connection', async () => {
  await using host = await falseHost({
    agent: answering(({ type, id }) => {
      if (type === 'apply') {
        return [{ type: 'step', id, step: 'Users', ms: 3, ok: true }, done(id, 1, 2)]
      }
      return [type === 'facts' ? { type, id, facts } : { type: 'pong', id, busy: false }]
    }),
  })
  const connection = await connect(host)
  const steps: string[] = []

  expect(connection.agent).toBe('v1')
  expect(await connection.facts()).toEqual(facts)
  expect(await connection.ping()).toBeLessThan(5000)
  const result = await connection.apply([live(1), live(2)], ({ step }) => steps.push(step))
  expect(result).toMatchObject({ ok: true, subscriptions: [{ id: 1 }, { id: 2 }] })
  expect(steps).toEqual(['Users'])
  connection.close()
})

// F-152: each stage ends by itself.
test.each<[string, keyof Limits, () => Promise<FalseHost>, string]>([
  ['after TCP', 'handshake', () => falsePort(ignore), 'does not talk SSH'],
  [
    'after its banner',
    'handshake',
    () => falsePort((socket) => socket.write('SSH-2.0-x\r\n')),
    'talk SSH',
  ],
  ['at the sign-in', 'login', () => falseHost({ onAuth: ignore }), 'sign-in'],
  ['before its greeting', 'hello', () => falseHost({ agent: ignore }), 'does not start'],
])('a host that hangs %s is given up', async (_, stage, start, reason) => {
  await using host = await start()
  const away = await connect(host, { [stage]: 300 }).catch((error) => error)
  expect(away).toBeInstanceOf(HostAway)
  expect(away.message).toContain(reason)
})

test('a port where nobody listens says so', async () => {
  const host = await falsePort(ignore)
  await host[Symbol.asyncDispose]()
  await expect(connect(host)).rejects.toThrow('It refuses the connection.')
})

test('a host that never ends its work is given up, though it answers pings', async () => {
  // F-152
  await using host = await falseHost({
    agent: answering(({ type, id }) => (type === 'ping' ? [{ type: 'pong', id, busy: true }] : [])),
  })
  const connection = await connect(host, { silence: 600, answer: 1000, perDocument: 0 })
  await expect(connection.apply([live(1)], ignore)).rejects.toThrow('come to an end in time')
  await expect(connection.apply([live(1)], ignore)).rejects.toThrow(HostAway)
})

test('a host that falls silent in the middle of its work leaves it unknown', async () => {
  // F-152
  await using host = await falseHost({ agent: answering(() => []) })
  const connection = await connect(host, { silence: 300 })
  const lost = await connection.apply([live(1)], ignore).catch((error) => error)
  expect(lost).toBeInstanceOf(Unknown)
  expect(lost.message).toContain('fell silent')
})

test('a connection that breaks before the result leaves it unknown', async () => {
  await using host = await falseHost({ agent: answering(() => crash()) })
  const crash = () => {
    host.crash()
    return []
  }
  const connection = await connect(host)
  await expect(connection.apply([live(1)], ignore)).rejects.toThrow(Unknown)
  expect(connection.gone).toBeInstanceOf(HostAway)
})

test('an agent is kept awake for a while, and left when nobody needs it', async () => {
  const asked: string[] = []
  await using host = await falseHost({
    agent: answering(({ type, id }) => {
      asked.push(type)
      return [{ type: 'pong', id, busy: false }]
    }),
  })
  const connection = await connect(host, { idle: 60, unused: 600 })
  await expect.poll(() => connection.gone?.reason, { timeout: 10_000 }).toBe('Nobody needed it.')
  expect(asked.length).toBeGreaterThan(1)
  expect(new Set(asked)).toEqual(new Set(['ping']))
})

// F-153: what never ends is cut off, and costs no memory.
test.each<[string, (id: string) => string]>([
  ['a line without an end', () => 'x'.repeat(65_536)],
  ['lines without an end', () => `${'y'.repeat(1000)}\n`.repeat(60)],
  ['steps without an end', (id) => stepLine(id).repeat(60)],
  ['binary noise', () => String.fromCharCode(...Array.from({ length: 30_000 }, (_, i) => i % 256))],
])('a host that sends %s is given up', async (_, chunk) => {
  await using host = await falseHost({
    agent: (channel) => {
      say(channel, hello)
      channel.on('error', ignore).once('data', (line: Buffer) => {
        const text = chunk(JSON.parse(line.toString()).id)
        const pour = () => {
          while (!channel.destroyed && channel.write(text));
        }
        channel.on('drain', pour)
        pour()
      })
    },
  })
  const connection = await connect(host)
  const before = process.memoryUsage().rss
  let steps = 0
  await expect(connection.apply([live(1)], () => steps++)).rejects.toThrow(Unknown)
  expect(steps).toBeLessThan(200)
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
})

const stepLine = (id: string) =>
  `${JSON.stringify({ type: 'step', id, step: 'z'.repeat(200), ms: 1, ok: true, output: 'o'.repeat(800) })}\n`

test('notices before the greeting do no harm, endless ones do', async () => {
  // F-168
  const start = answering(({ id }) => [done(id, 1)])
  await using noisy = await falseHost({
    agent: (channel) => {
      channel.write('Welcome to false.test!\n{"type":"news"}\nlast login: never\n\u0000\u001b[2J\n')
      start(channel)
    },
  })
  const connection = await connect(noisy)
  expect(await connection.apply([live(1)], ignore)).toMatchObject({ ok: true })
  connection.close()

  await using endless = await falseHost({
    agent: (channel) => channel.on('error', ignore).write('welcome\n'.repeat(60_000)),
  })
  await expect(connect(endless)).rejects.toThrow('more than it was asked for')
})

test('a complaint instead of an agent is told to people', async () => {
  // F-168
  await using host = await falseHost({
    agent: (channel) => {
      channel.stderr.write('sudo: a password\u001b[31m is required\n')
      channel.exit(1)
      channel.end()
    },
  })
  await expect(connect(host)).rejects.toMatchObject({
    reason: 'Its agent has ended.',
    detail: 'sudo: a password is required',
  })
})

test('an agent of another protocol is not worked with', async () => {
  await using host = await falseHost({
    agent: (channel) => say(channel, { ...hello, protocol: 99, facts: { new: true } }),
  })
  await expect(connect(host)).rejects.toThrow('install it again')
})

test('an agent that takes its leave is gone', async () => {
  await using host = await falseHost({
    agent: answering(() => [{ type: 'bye', reason: 'upgraded' }]),
  })
  const connection = await connect(host)
  await expect(connection.facts()).rejects.toThrow(Unknown)
  await expect(connection.facts()).rejects.toThrow(HostAway)
})

test('another host key stops before anything is sent', async () => {
  // F-151
  await using host = await falseHost()
  await using other = await falseHost()
  const wrong = connectAgent({ ...host, hostKey: other.hostKey }, key, limits)
  await expect(wrong).rejects.toThrow(HostKeyChanged)
  await expect(wrong).rejects.toMatchObject({ offered: host.hostKey })
  expect(host.tried).toEqual([])
})

test('the key of an unknown host is read without signing in', async () => {
  await using host = await falseHost()
  expect(await readHostKey(host, limits)).toBe(host.hostKey)
  expect(host.tried).toEqual([])
})

test('a refused key is told apart from a closed connection', async () => {
  // F-168: a PAM refusal closes without an error
  await using refusing = await falseHost({ onAuth: (context) => context.reject(['publickey']) })
  await expect(connect(refusing)).rejects.toThrow('does not accept the panel’s key')

  await using closing = await falseHost({ onAuth: () => closing.crash() })
  await expect(connect(closing)).rejects.toThrow(HostAway)
})

// F-169: a host speaks only of what it was asked.
test('lies about others are dropped', async () => {
  await using host = await falseHost({
    agent: answering(({ id }) => [
      done('r99', 1, 2),
      { type: 'step', id, step: 'Spy', ms: 1, ok: true, subscription: 77 },
      done(id, 1, 77, 1),
    ]),
  })
  const connection = await connect(host)
  const steps: unknown[] = []
  const result = await connection.apply([live(1), live(2)], (step) => steps.push(step))

  expect(steps).toEqual([])
  expect(result.ok).toBe(false)
  expect(result.subscriptions.map(({ id, ok }) => ({ id, ok }))).toEqual([
    { id: 1, ok: true },
    { id: 2, ok: false },
  ])
})

test('success for another generation is none', async () => {
  await using host = await falseHost({ agent: answering(({ id }) => [done(id, 1)]) })
  const connection = await connect(host)
  const result = await connection.apply([live(1, 5)], ignore)
  expect(result.subscriptions).toMatchObject([{ id: 1, generation: 5, ok: false }])
})

test('nothing is taken for gone that was not to go', async () => {
  await using host = await falseHost({
    agent: answering(({ id }) => {
      const said = done(id, 1)
      return [
        { ...said, subscriptions: said.subscriptions.map((one) => ({ ...one, facts: null })) },
      ]
    }),
  })
  const connection = await connect(host)
  const result = await connection.apply([live(1)], ignore)
  expect(result.subscriptions).toMatchObject([{ id: 1, ok: false }])
})

test('an answer that is not as agreed is an error at once', async () => {
  await using host = await falseHost({
    agent: answering(({ id }) => [{ ...done(id, 1), subscriptions: [{ id: '../../etc' }] }]),
  })
  const connection = await connect(host)
  await expect(connection.apply([live(1)], ignore)).rejects.toThrow('not as agreed')
  expect(connection.gone).toBeUndefined()
})

test('text of a host loses what fakes or breaks a screen', async () => {
  // F-70
  const hostname = 'a\u001b[31mb\u0000c\u202ed\u001b]0;title\u0007e\ud800'
  await using host = await falseHost({
    agent: answering(({ id }) => [{ type: 'facts', id, facts: { ...facts, hostname } }]),
  })
  const connection = await connect(host)
  expect((await connection.facts()).hostname).toBe('abcde\ufffd')
})

test('a document that breaks the contract does not stop the others', async () => {
  await using host = await falseHost({ agent: answering(({ id }) => [done(id, 1)]) })
  const connection = await connect(host)
  const broken = { ...live(2), user: { ...live(2).user, name: 'root' } }
  const { subscriptions } = await connection.apply([live(1), broken], ignore)
  expect(subscriptions).toMatchObject([
    { id: 1, ok: true },
    { id: 2, ok: false, errors: [{ code: 'failed' }] },
  ])
})

test('more documents than one request may hold go in several', async () => {
  let requests = 0
  await using host = await falseHost({
    agent: answering((request) => {
      requests++
      const { documents } = request as unknown as { documents: { id: number }[] }
      return [done(request.id, ...documents.map(({ id }) => id))]
    }),
  })
  const connection = await connect(host)
  const result = await connection.apply(
    Array.from({ length: 1201 }, (_, index) => live(index + 1)),
    ignore,
  )
  expect(requests).toBe(3)
  expect(result.subscriptions.every(({ ok }) => ok)).toBe(true)
})
