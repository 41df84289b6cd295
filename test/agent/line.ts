import { once } from 'node:events'
import { createInterface } from 'node:readline'
import ssh2 from 'ssh2'
import type { Document } from '../../src/contract/document.ts'
import { Message, type Result, type Step } from '../../src/contract/messages.ts'
import { CONTROL_LOGIN } from '../../src/contract/setup.ts'
import type { PreparedHost } from './prepared-host.ts'

/** The panel's end of a channel, as plain as can be: what is sent and what comes back, line by line. */
export interface Line {
  hello: Extract<Message, { type: 'hello' }>
  /** @returns undefined when the channel was lost before the result: then nobody knows */
  apply(documents: Document[], onStep?: (step: Step) => void): Promise<Result | undefined>
  ask(request: object): Promise<Message | undefined>
  send(text: string): void
  /** Ends what we say, as a cut connection does. */
  end(): void
  /** All messages so far. */
  heard: Message[]
  closed: Promise<void>
}

type Waiting = { id: string; onStep: (step: Step) => void; resolve: (m?: Message) => void }

export async function openLine({ host, key }: PreparedHost): Promise<Line> {
  const client = new ssh2.Client()
  client.connect({ host: host.address, username: CONTROL_LOGIN, privateKey: key })
  await once(client, 'ready')
  client.setNoDelay(true)
  const { promise, resolve: opened, reject } = Promise.withResolvers<ssh2.ClientChannel>()
  client.exec('', (error, channel) => (error ? reject(error) : opened(channel)))
  const channel = await promise

  const heard: Message[] = []
  const waiting = new Map<string, Waiting>()
  const greeted = Promise.withResolvers<Line['hello']>()
  const closed = Promise.withResolvers<void>()
  let count = 0

  createInterface(channel).on('line', (line) => {
    const message = Message.parse(JSON.parse(line))
    heard.push(message)
    if (message.type === 'hello') greeted.resolve(message)
    const one = 'id' in message ? waiting.get(message.id) : undefined
    if (message.type === 'step') one?.onStep(message)
    else one?.resolve(message)
  })
  channel.on('close', () => {
    for (const { resolve } of waiting.values()) resolve()
    client.end()
    closed.resolve()
  })
  client.on('error', () => {})

  const ask = (request: object, onStep: (step: Step) => void = () => {}) => {
    const id = `t${++count}`
    const { promise, resolve } = Promise.withResolvers<Message | undefined>()
    waiting.set(id, { id, onStep, resolve })
    channel.write(`${JSON.stringify({ id, ...request })}\n`)
    return promise
  }
  return {
    hello: await greeted.promise,
    ask,
    async apply(documents, onStep) {
      const message = await ask({ type: 'apply', documents }, onStep)
      if (message && message.type !== 'result') throw new Error(JSON.stringify(message))
      return message
    },
    send: (text) => channel.write(text),
    end: () => channel.end(),
    heard,
    closed: closed.promise,
  }
}
