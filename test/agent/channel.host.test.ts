import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Step } from '../../src/contract/messages.ts'
import { numbered, removalOf } from '../contract/cast.ts'
import { type Line, openLine } from './line.ts'
import { type PreparedHost, preparedHost, settledState } from './prepared-host.ts'

let prepared: PreparedHost
let line: Line
beforeAll(async () => {
  prepared = await preparedHost()
  line = await openLine(prepared)
})
afterAll(() => prepared?.host.remove())

const documents = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => numbered(first + index))

// F-144
test('two channels at once are serialised, also with the same documents', async () => {
  const before = await settledState(prepared.host)
  const second = await openLine(prepared)
  const both = documents(1, 4)
  const [here, there] = await Promise.all([line.apply(both), second.apply(both)])

  expect([here?.ok, there?.ok]).toEqual([true, true])
  const changed = [here, there].map(
    (result) => result!.subscriptions.filter((one) => one.changed.length > 0).length,
  )
  expect(changed.sort()).toEqual([0, 4])
  await Promise.all([
    line.apply(both.slice(0, 2).map(removalOf)),
    second.apply(both.slice(2).map(removalOf)),
  ])
  expect(await settledState(prepared.host)).toBe(before)
  second.end()
})

test('answers pings and says facts while it works', async () => {
  const some = documents(10, 5)
  const work = line.apply(some)
  expect(await line.ask({ type: 'ping' })).toMatchObject({ type: 'pong', busy: true })
  await work
  expect(await line.ask({ type: 'ping' })).toMatchObject({ type: 'pong', busy: false })
  const facts = await line.ask({ type: 'facts' })
  expect(facts).toMatchObject({ type: 'facts', facts: { subscriptions: 5, php: ['8.2'] } })
  await line.apply(some.map(removalOf))
})

test('work that was begun is finished when the line is cut', async () => {
  const cut = await openLine(prepared)
  const [document] = documents(20, 1)
  const lost = cut.apply([document!])
  cut.end()
  await Promise.all([lost, cut.closed])
  expect(cut.heard.at(-1)).toMatchObject({ type: 'bye', reason: 'end of input' })

  const after = await line.apply([document!])
  expect(after).toMatchObject({ ok: true, subscriptions: [{ changed: [] }] })
  await line.apply([removalOf(document!)])
})

test('a request that was cut off in the middle does nothing', async () => {
  const before = await settledState(prepared.host)
  const cut = await openLine(prepared)
  const request = JSON.stringify({ type: 'apply', id: 'cut', documents: documents(30, 1) })
  cut.send(request.slice(0, -20))
  cut.send(request.slice(-20))
  cut.end()
  await cut.closed
  expect(cut.heard.map(({ type }) => type)).toEqual(['hello', 'bye'])
  expect(await settledState(prepared.host)).toBe(before)
})

// F-7 to F-13, F-45, F-46: the host checks again what the panel should have refused
test('what breaks the contract is refused as a whole, and nothing of it reaches a program', async () => {
  const before = await settledState(prepared.host)
  const good = numbered(40)
  const wrong: object[] = [
    { ...good, user: { ...good.user, name: 'root' } },
    { ...good, user: { ...good.user, name: '$(touch /CANARY)' } },
    { ...good, user: { ...good.user, name: 'a\nroot2:x:0:0::/:/bin/sh' } },
    { ...good, user: { ...good.user, uid: 0 } },
    { ...good, user: { ...good.user, passwordHash: `${good.user.passwordHash}\nroot:hacked` } },
    { ...good, user: { ...good.user, shell: '/bin/zsh' } },
    { ...good, sites: [{ domain: '../../etc', www: false, php: null }] },
    { ...good, sites: [{ domain: 'a.test; } server { listen 81', www: false, php: null }] },
    { ...good, sites: [{ domain: '`touch /CANARY`.test', www: false, php: null }] },
    { ...good, sites: [{ domain: 'a.test', www: false, php: '8.2; touch /CANARY' }] },
    { ...good, sites: [{ domain: `${'a'.repeat(64)}.test`, www: false, php: null }] },
    { ...good, command: 'touch /CANARY' },
  ]
  for (const document of wrong) {
    const answer = await line.ask({ type: 'apply', documents: [good, { ...document, id: 41 }] })
    expect(answer).toMatchObject({ type: 'refused', reason: 'bad-request' })
  }
  for (const text of ['{}', 'null', '[]', '"x"', '{"type":"shell","id":"a"}', '\u0000', '{{{'])
    line.send(`${text}\n`)
  const pong = await line.ask({ type: 'ping' })
  expect(pong).toMatchObject({ type: 'pong' })

  expect((await prepared.host.run(['ls', '/CANARY'])).code).not.toBe(0)
  expect(await settledState(prepared.host)).toBe(before)
})

test('an agent whose file was replaced leaves when it is idle', async () => {
  const { host } = prepared
  const old = await openLine(prepared)
  await host.sh(`cd /usr/local/lib/innkeeper && cp agent-*.mjs agent-next.mjs &&
    ln -s agent-next.mjs new && mv -T new agent.mjs`)
  await old.closed
  expect(old.heard.at(-1)).toMatchObject({ type: 'bye', reason: 'upgraded' })
  line = await openLine(prepared)
  expect(line.hello.protocol).toBe(1)
})

test('a command that fails for one subscription is shown with what it printed', async () => {
  const { host } = prepared
  const [good, bad] = documents(60, 2)
  const fake = `#!/bin/sh
for name; do :; done
[ "$name" = cato61 ] || exec useradd.real "$@"
printf '\\033[31mno room\\033[0m for %s\\nat all\\n' "$name" >&2
exit 12
`
  const replace = 'mv useradd useradd.real && cat > useradd && chmod 755 useradd'
  await host.sh(`cd /usr/sbin && ${replace}`, { input: fake })
  const steps: Step[] = []
  const result = await line.apply([good!, bad!], (step) => steps.push(step))
  await host.run(['mv', '/usr/sbin/useradd.real', '/usr/sbin/useradd'])

  expect(result?.subscriptions).toMatchObject([
    { ok: true },
    { ok: false, errors: [{ code: 'failed', text: 'useradd ended with 12: at all' }] },
  ])
  expect(steps.filter(({ ok }) => !ok)).toMatchObject([
    { step: 'useradd', subscription: 61, output: 'no room for cato61\nat all' },
  ])
  await line.apply([good!, bad!].map(removalOf))
})

// F-171
test('waits for whoever else holds the lock of /etc/passwd', async () => {
  const { host } = prepared
  const holder = `perl -e '
    use Fcntl; open(F, ">", "/etc/.pwd.lock"); my $l = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0);
    fcntl(F, F_SETLKW, $l) or die; open(M, ">", "/run/held"); close(M); sleep 3'`
  const started = performance.now()
  const held = host.sh(holder)
  await expect.poll(async () => (await host.run(['ls', '/run/held'])).code).toBe(0)
  const [document] = documents(50, 1)
  expect(await line.apply([document!])).toMatchObject({ ok: true })
  expect(performance.now() - started).toBeGreaterThan(3000)
  await held
  await line.apply([removalOf(document!)])
})
