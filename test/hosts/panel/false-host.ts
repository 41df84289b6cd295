import { once } from 'node:events'
import { createServer, type Socket, type Server as TcpServer } from 'node:net'
import ssh2, { type AuthContext, type ServerChannel } from 'ssh2'
import { PROTOCOL } from '../../../src/contract/messages.ts'
import { newKeyPair } from '../../../src/hosts/connection/key-pair.ts'

export const facts = {
  hostname: 'false.test',
  debian: '12.8',
  node: '18.20.4',
  boot: 'b1',
  agent: 'v1',
  cpus: 2,
  load: 0.1,
  memory: { total: 4e9, free: 2e9 },
  disk: { total: 4e10, free: 2e10 },
  php: ['8.2'],
  provides: [],
  subscriptions: 0,
}

export const hello = { type: 'hello', protocol: PROTOCOL, version: 'v1', pid: 42, facts }

export interface FalseHost extends AsyncDisposable {
  address: string
  port: number
  hostKey: string
  /** what was tried to sign in with */
  tried: string[]
  /** ends all connections at once, as a crash does */
  crash(): void
}

interface Behaviour {
  /** after the restricted login asked for the agent */
  agent?: (channel: ServerChannel) => void
  onAuth?: (context: AuthContext) => void
}

/** A real SSH server that behaves as badly as it is told to. */
export async function falseHost({ agent, onAuth }: Behaviour = {}): Promise<FalseHost> {
  const key = newKeyPair()
  const tried: string[] = []
  const server = new ssh2.Server({ hostKeys: [key.private] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => {
      tried.push(context.method)
      if (onAuth) onAuth(context)
      else if (context.method === 'none') context.reject(['publickey', 'password'])
      else context.accept()
    })
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec) => agent?.(acceptExec()))
    })
  })
  const sockets = remember(server as unknown as TcpServer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...place(server as unknown as TcpServer, sockets),
    hostKey: key.public.split(' ').slice(0, 2).join(' '),
    tried,
  }
}

/** Something that listens and is no SSH server. */
export async function falsePort(onSocket: (socket: Socket) => void): Promise<FalseHost> {
  const server = createServer((socket) => onSocket(socket.on('error', () => {})))
  const sockets = remember(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { public: hostKey } = newKeyPair()
  return { ...place(server, sockets), hostKey, tried: [] }
}

/** Answers requests line by line. */
export function answering(answer: (request: { type: string; id: string }) => unknown[]) {
  return (channel: ServerChannel) => {
    let rest = ''
    channel.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop()!
      for (const line of lines) say(channel, ...answer(JSON.parse(line)))
    })
    say(channel, hello)
  }
}

export const say = (channel: ServerChannel, ...messages: unknown[]) => {
  for (const message of messages) channel.write(`${JSON.stringify(message)}\n`)
}

function remember(server: TcpServer): Set<Socket> {
  const sockets = new Set<Socket>()
  const tcp = (server as unknown as { _srv?: TcpServer })._srv ?? server
  tcp.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return sockets
}

function place(server: TcpServer, sockets: Set<Socket>) {
  const crash = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    address: '127.0.0.1',
    port: (server.address() as { port: number }).port,
    crash,
    async [Symbol.asyncDispose]() {
      crash()
      server.close()
    },
  }
}
