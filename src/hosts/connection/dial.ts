import { timingSafeEqual } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import ssh2, { type Client, type ConnectConfig } from 'ssh2'
import { oneLine } from './host-text.ts'
import { HostAway, HostKeyChanged, SignInRefused } from './hosts.ts'
import type { Limits } from './limits.ts'

/** Where to knock, as whom, and whom we expect to open. */
export interface Door {
  address: string
  port: number
  user: string
  /** pinned, `ssh-ed25519 AAAA…` */
  hostKey: string
}

export type Credential = { privateKey: string } | { password: string }

/**
 * A signed-in connection. The host key is compared before anything of ours is sent, so a false host
 * never gets to ask for a password (F-151).
 *
 * @throws HostAway, HostKeyChanged
 */
export async function dial(door: Door, credential: Credential, limits: Limits): Promise<Client> {
  const pinned = keyBytes(door.hostKey)
  let offered: Buffer | undefined
  const accepts = (key: Buffer) => {
    offered = key
    return key.length === pinned.length && timingSafeEqual(key, pinned)
  }

  const socket = await reach(door, limits.tcp)
  try {
    return await signIn(socket, { ...login(door.user, credential), hostVerifier: accepts }, limits)
  } catch (error) {
    if (offered && !accepts(offered)) throw new HostKeyChanged(keyText(offered))
    throw error
  }
}

/**
 * The key a host shows to somebody who does not know it yet. Nothing is sent but the greeting.
 *
 * @returns `ssh-ed25519 AAAA…`
 * @throws HostAway
 */
export async function readHostKey(
  { address, port }: Pick<Door, 'address' | 'port'>,
  limits: Limits,
): Promise<string> {
  let offered: Buffer | undefined
  const refuse = (key: Buffer) => {
    offered = key
    return false
  }
  const socket = await reach({ address, port }, limits.tcp)
  try {
    await signIn(socket, { username: 'innkeeper', hostVerifier: refuse }, limits)
  } catch (error) {
    if (!offered) throw error
  }
  return keyText(offered!)
}

const keyBytes = (key: string) => Buffer.from(key.split(' ')[1] ?? '', 'base64')
const keyText = (key: Buffer) => `ssh-ed25519 ${key.toString('base64')}`

function login(username: string, credential: Credential): ConnectConfig {
  if ('privateKey' in credential) return { username, privateKey: credential.privateKey }
  return { username, password: credential.password, tryKeyboard: true }
}

function reach({ address, port }: Pick<Door, 'address' | 'port'>, ms: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect({ host: address, port, noDelay: true })
  const timer = setTimeout(() => {
    socket.destroy()
    reject(new HostAway('It does not answer.'))
  }, ms)
  const failed = (error: NodeJS.ErrnoException) => {
    clearTimeout(timer)
    reject(new HostAway(unreachable[error.code ?? ''] ?? 'It cannot be reached.', error.message))
  }
  socket.once('error', failed).once('connect', () => {
    clearTimeout(timer)
    socket.off('error', failed)
    resolve(socket)
  })
  return promise
}

const unreachable: Record<string, string> = {
  ECONNREFUSED: 'It refuses the connection.',
  EHOSTUNREACH: 'There is no way to its address.',
  ENETUNREACH: 'There is no way to its address.',
  ENOTFOUND: 'Its name is not known.',
  EAI_AGAIN: 'Its name cannot be looked up now.',
  ETIMEDOUT: 'It does not answer.',
  ECONNRESET: 'It broke the connection off.',
}

function signIn(sock: Socket, config: ConnectConfig, limits: Limits): Promise<Client> {
  const { promise, resolve, reject } = Promise.withResolvers<Client>()
  const client = new ssh2.Client()
  let timer: NodeJS.Timeout
  const end = (away: HostAway) => {
    clearTimeout(timer)
    client.destroy()
    reject(away)
  }
  const within = (ms: number, reason: string) => {
    clearTimeout(timer)
    timer = setTimeout(() => end(new HostAway(reason)), ms)
  }

  within(limits.handshake, 'It accepts the connection, but does not talk SSH.')
  client
    .on('handshake', () => within(limits.login, 'It does not come to an end with the sign-in.'))
    .on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => config.password ?? '')),
    )
    .on('ready', () => {
      clearTimeout(timer)
      resolve(client)
    })
    // After `ready` this one stays: without a listener a late error would end the process.
    .on('error', (error) => end(awayBecause(error, config)))
    // A refusal by PAM closes the connection without an error (agent.md 6).
    .on('close', () => end(new HostAway('It closed the connection.')))
    .connect({ ...config, sock, readyTimeout: 0, ...fixed })
  return promise
}

const fixed = {
  keepaliveInterval: 3_000,
  keepaliveCountMax: 2,
  algorithms: { serverHostKey: ['ssh-ed25519'], kex: ['curve25519-sha256'] },
} satisfies ConnectConfig

function awayBecause(error: Error & { level?: string }, { password }: ConnectConfig): HostAway {
  if (error.level === 'client-authentication') {
    return new SignInRefused(
      password === undefined
        ? 'It does not accept the panel’s key.'
        : 'It does not accept this password for root.',
    )
  }
  return new HostAway(
    error.message.includes('no matching')
      ? 'It offers no key or cipher that we accept (ed25519 and curve25519 are needed).'
      : 'It broke the connection off.',
    oneLine(error.message),
  )
}
