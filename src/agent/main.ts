import { realpathSync } from 'node:fs'
import type { Message } from '../contract/messages.ts'
import { type Channel, openChannel } from './channel.ts'
import { debian } from './debian/system.ts'
import type { Environment } from './environment.ts'
import { setUp } from './setup/setup.ts'
import { measure } from './usage/measure.ts'

const SILENCE_MS = 120_000
const host: Environment = { root: '', real: true, system: debian }

const [, , task] = process.argv
if (task === 'setup') await setUp(host)
else if (task === 'measure') await measure(host)
else serve()

/** Serves the panel until it has gone, says nothing any more, or a newer agent lies in this one's place. */
function serve(): void {
  const called = process.argv[1] ?? ''
  const self = realpathSync(called)
  let heard = true
  process.stdout.on('error', () => {
    heard = false
  })
  const say = (message: Message) => {
    if (heard) process.stdout.write(`${JSON.stringify(message)}\n`)
  }
  const channel = openChannel({
    env: host,
    input: process.stdin,
    say,
    ended: () => process.stdout.write('', () => process.exit()),
  })
  // a lost connection must not stop work that has begun
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => {})
  process.on('SIGTERM', () => channel.leave('terminated'))
  setInterval(() => leaveWhenNotNeeded(channel, called, self), 1000).unref()
}

function leaveWhenNotNeeded(channel: Channel, called: string, self: string): void {
  if (channel.busy()) return
  if (Date.now() - channel.lastLine() > SILENCE_MS) channel.leave('silence')
  else if (replaced(called, self)) channel.leave('upgraded')
}

function replaced(called: string, self: string): boolean {
  try {
    return realpathSync(called) !== self
  } catch {
    return true
  }
}
