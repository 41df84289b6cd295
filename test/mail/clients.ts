import nodemailer from 'nodemailer'
import { run } from '../hosts/command.ts'
import type { Host } from '../hosts/host.ts'

/** Mail programs, as they come to a host from anywhere in the world. */

export interface Letter {
  to: string
  from?: string
  subject?: string
  text?: string
  headers?: Record<string, string>
  /** false: it does not say beforehand how much comes */
  sized?: boolean
  /** log in and hand it in, as customers do */
  as?: { address: string; password: string }
}

/** @returns `250 …`, or what the host said when it refused */
export async function send(host: Host, letter: Letter): Promise<string> {
  const { to, from = 'world@elsewhere.test', subject = 'Hello', text = 'Hello', headers } = letter
  const { as, sized = true } = letter
  const transport = nodemailer.createTransport({
    host: host.address,
    port: as ? 587 : 25,
    name: 'client.elsewhere.test',
    tls: { rejectUnauthorized: false },
    ...(as ? { auth: { user: as.address, pass: as.password } } : {}),
  })
  try {
    const sent = await transport.sendMail({
      // as mail servers do, so that who has no room can say so early
      envelope: { from, to, ...(sized ? { size: Buffer.byteLength(text) + 1000 } : {}) },
      from,
      to,
      subject,
      text,
      headers: headers ?? {},
    })
    return sent.response
  } catch (error) {
    return (error as { response?: string }).response ?? String(error)
  } finally {
    transport.close()
  }
}

type Service = 'imap' | 'pop3'

/** All mails in the inbox; undefined when the login is refused. */
export async function read(
  host: Host,
  address: string,
  password: string,
  service: Service = 'imap',
): Promise<string[] | undefined> {
  const found: string[] = []
  for (let index = 1; ; index++) {
    const path = service === 'imap' ? `INBOX;MAILINDEX=${index}` : `${index}`
    const { code, stdout } = await curl(
      host,
      `${service}://${host.address}/${path}`,
      address,
      password,
    )
    if (code === 67) return undefined
    if (code !== 0 || stdout === '') return found
    found.push(stdout)
  }
}

const curl = (host: Host, url: string, user: string, password: string) =>
  run([
    ...['curl', '--silent', '--insecure', '--ssl-reqd', '--max-time', '20'],
    ...['--noproxy', host.address, '--user', `${user}:${password}`, url],
  ])

/** Exit codes of curl: 0 in, 67 refused. */
export async function logIn(host: Host, address: string, password: string, service: Service) {
  const { code } = await curl(host, `${service}://${host.address}/`, address, password)
  return code === 0 ? 'in' : code === 67 ? 'refused' : `curl ended with ${code}`
}
