import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { passwordContext } from '../../src/messages/smtp-password.ts'
import { seal } from '../../src/secrets/seal.ts'
import type { Smtp } from '../../src/settings/catalogue.ts'

export interface Received {
  from: string
  to: string[]
  /** as it came over the wire */
  raw: string
  mail: Email
}

/** What it says to the next commands of that kind instead of yes; an error's `responseCode` is sent. */
export interface Trouble {
  to: Error[]
  data: Error[]
  /** happens when it is told for whom it is */
  beforeRecipient: () => Promise<void> | void
  /** happens when it has the whole message, before it says so */
  beforeAnswer: () => Promise<void> | void
}

/** A real SMTP server on loopback that keeps what it takes. */
export async function mailServer(
  options: SMTPServerOptions & { user?: string; password?: string } = {},
) {
  const received: Received[] = []
  const logins: string[] = []
  const secured: boolean[] = []
  const trouble: Trouble = { to: [], data: [], beforeRecipient: () => {}, beforeAnswer: () => {} }
  const { user, password, ...rest } = options
  const server = new SMTPServer({
    authOptional: user === undefined,
    disabledCommands: user === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth(auth, _, done) {
      logins.push(String(auth.username))
      const good = auth.username === user && auth.password === password
      done(good ? null : refusal(535, 'Wrong user or password'), { user: auth.username })
    },
    async onRcptTo(_, __, done) {
      await trouble.beforeRecipient()
      done(trouble.to.shift())
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const refused = trouble.data.shift()
        if (refused) return done(refused)
        const raw = Buffer.concat(chunks).toString()
        const { mailFrom, rcptTo } = session.envelope
        secured.push(session.secure)
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          mail: await PostalMime.parse(raw),
        })
        await trouble.beforeAnswer()
        done(null, 'Taken as no. 7')
      })
    },
    ...rest,
  })
  server.on('error', () => {})
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo

  return {
    received,
    /** user names it was given, right or wrong */
    logins,
    /** of each mail, whether it came over TLS */
    secured,
    trouble,
    port,
    connections: () => [...sockets],
    /** settings that lead here */
    smtp: (key: Buffer): Smtp => ({
      host: '127.0.0.1',
      port,
      security: 'none',
      authority: '',
      user: user ?? '',
      password: password ? seal(key, password, passwordContext).toString('base64') : '',
    }),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

export type MailServer = Awaited<ReturnType<typeof mailServer>>

export const refusal = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode })
