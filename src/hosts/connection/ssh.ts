import type { Client, ClientChannel } from 'ssh2'
import { CONTROL_LOGIN } from '../../contract/setup.ts'
import { Channel, type Hello } from './channel.ts'
import type { Connected } from './connected.ts'
import { type Door, dial } from './dial.ts'
import { oneLine } from './host-text.ts'
import type { Limits } from './limits.ts'

/**
 * Signs in as the restricted login and waits for the agent's greeting.
 *
 * @throws HostAway, HostKeyChanged
 */
export async function connectAgent(
  door: Omit<Door, 'user'>,
  privateKey: string,
  limits: Limits,
): Promise<Connected> {
  const client = await dial({ ...door, user: CONTROL_LOGIN }, { privateKey }, limits)
  let stream: ClientChannel | undefined
  const channel = new Channel(
    { send: (line) => stream?.write(line), cut: () => client.destroy() },
    limits,
  )
  const timer = setTimeout(() => channel.lost('Its agent does not start.'), limits.hello)
  client
    .on('error', (error) => channel.lost('The connection broke off.', error.message))
    .on('close', () => channel.lost('The connection broke off.'))
  client.exec('agent', (error, opened) => {
    if (error) return channel.lost('It does not let us start its agent.', error.message)
    stream = opened
    follow(stream, channel)
  })

  try {
    const hello = await channel.hello
    return connected(client, channel, hello)
  } finally {
    clearTimeout(timer)
  }
}

function follow(stream: ClientChannel, channel: Channel) {
  let complaint = ''
  stream.stderr.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString('utf8')).slice(-1000)
  })
  stream
    .on('data', (chunk: Buffer) => channel.receive(chunk))
    .on('error', (error: Error) => channel.lost('The connection broke off.', error.message))
    .on('close', () => channel.lost('Its agent has ended.', oneLine(complaint)))
}

function connected(client: Client, channel: Channel, hello: Hello): Connected {
  return {
    agent: hello.version,
    greeting: hello.facts,
    get gone() {
      return channel.gone
    },
    apply: (documents, onStep) => channel.apply(documents, onStep),
    install: (feature, onStep) => channel.install(feature, onStep),
    facts: () => channel.facts(),
    usage: (asked) => channel.usage(asked),
    ping: () => channel.ping(),
    close() {
      client.end()
      channel.lost('The panel is stopping.')
    },
  }
}
