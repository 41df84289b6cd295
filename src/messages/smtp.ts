import { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Smtp } from '../settings/catalogue.ts'
import type { Envelope } from './mime.ts'
import { type SmtpError, smtpTrouble } from './smtp-trouble.ts'

/** What a mail server made of it. */
export type Answer =
  | { kind: 'sent'; answer: string }
  /** it will not have it, now or ever */
  | { kind: 'refused'; forGood: boolean; answer: string; reason?: string }
  /** certainly not sent: it was not asked to take it. `reason`: the answer in plain words */
  | { kind: 'failed'; answer: string; reason?: string }
  /** handed over whole, and then nothing was heard */
  | { kind: 'unknown'; answer: string }

export interface Server extends Smtp {
  /** in the clear */
  password: string
  /** what we call ourselves: many servers refuse a name that is no domain; null: this machine's */
  name: string | null
}

const patience = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 }

/**
 * Hands one message to the mail server. A server has a message when the last dot of it arrives, not
 * before: `handOver` is awaited after all of the message but its end, and if it throws, nothing is sent.
 */
export async function send(
  { host, port, security, authority, user, password, name }: Server,
  { raw, ...envelope }: Envelope,
  handOver: () => Promise<void>,
): Promise<Answer> {
  let handedOver = false
  async function* message() {
    yield raw
    await handOver()
    handedOver = true
  }

  const connection = new SMTPConnection({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(authority ? { tls: { ca: [...rootCertificates, authority] } } : {}),
    ...(name ? { name } : {}),
    ...patience,
  })
  // Heard even when nobody waits any more: an error without a listener would end the process.
  connection.on('error', () => {})
  try {
    await connected(connection)
    if (user !== '') await loggedIn(connection, user, password)
    const answer = await handed(connection, { ...envelope, size: raw.length }, message())
    return { kind: 'sent', answer }
  } catch (error) {
    return whatWentWrong(error as SmtpError, handedOver)
  } finally {
    connection.close()
  }
}

/** Only a word of the server's own after the message was handed over says what became of it. */
function whatWentWrong(error: SmtpError, handedOver: boolean): Answer {
  const { message, response, responseCode, code } = error
  const answer = response ?? message
  const trouble = smtpTrouble(error)
  const reason = trouble ? { reason: trouble } : {}
  // What it says to STARTTLS is about our settings, not about this message.
  if (responseCode && responseCode >= 400 && code !== 'ETLS') {
    return { kind: 'refused', forGood: responseCode >= 500, answer, ...reason }
  }
  return handedOver ? { kind: 'unknown', answer } : { kind: 'failed', answer, ...reason }
}

const connected = (connection: SMTPConnection) =>
  orError<void>(connection, (resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve())),
  )

const loggedIn = (connection: SMTPConnection, user: string, pass: string) =>
  orError<void>(connection, (resolve, reject) =>
    connection.login({ user, pass, credentials: { user, pass } }, (error) =>
      error ? reject(error) : resolve(),
    ),
  )

const handed = (
  connection: SMTPConnection,
  envelope: { from: string; to: string; size: number },
  message: AsyncIterable<Buffer>,
) =>
  orError<string>(connection, (resolve, reject) =>
    connection.send(envelope, Readable.from(message), (error, info) =>
      error ? reject(error) : resolve(info.response),
    ),
  )

/** What happens to the connection itself is told by an event only. */
function orError<Result>(
  connection: SMTPConnection,
  begin: (resolve: (result: Result) => void, reject: (error: Error) => void) => void,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('The mail server closed the connection.')))
    begin(resolve, reject)
  })
}
