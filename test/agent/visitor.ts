import { request } from 'node:http'
import ssh2 from 'ssh2'
import type { Host } from '../hosts/host.ts'

/** What a web browser gets from a host for this name. */
export function visit(host: Host, domain: string, path = '/') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const asked = request({ host: host.address, path, headers: { host: domain }, agent: false })
  asked.on('error', reject).on('response', (answer) => {
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
  })
  asked.end()
  return promise
}

export interface Login {
  run(command: string): Promise<{ code: number | null; stdout: string; stderr: string }>
  ended: Promise<void>
  close(): void
}

/** Logs in with a password or a key, as a customer does. @returns undefined when refused */
export function logIn(
  host: Host,
  username: string,
  secret: string | { privateKey: string },
): Promise<Login | undefined> {
  const client = new ssh2.Client()
  const { promise, resolve } = Promise.withResolvers<Login | undefined>()
  const ended = Promise.withResolvers<void>()
  const login: Login = {
    ended: ended.promise,
    close: () => client.end(),
    run: (command) => execute(client, command),
  }
  client.on('ready', () => resolve(login))
  // sshd closes without an error when PAM refuses the account (agent.md 6)
  client.on('error', () => resolve(undefined))
  client.on('close', () => {
    resolve(undefined)
    ended.resolve()
  })
  const credentials = typeof secret === 'string' ? { password: secret } : secret
  client.connect({ host: host.address, username, ...credentials, readyTimeout: 20_000 })
  return promise
}

function execute(client: ssh2.Client, command: string) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    code: number | null
    stdout: string
    stderr: string
  }>()
  client.exec(command, (error, channel) => {
    if (error) return reject(error)
    const output = { stdout: '', stderr: '' }
    let code: number | null = null
    channel.on('data', (chunk: Buffer) => {
      output.stdout += chunk
    })
    channel.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk
    })
    channel.on('exit', (status: number | null) => {
      code = status
    })
    channel.on('close', () => resolve({ code, ...output }))
  })
  return promise
}
