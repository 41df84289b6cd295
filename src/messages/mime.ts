import MailComposer from 'nodemailer/lib/mail-composer'
import type { Letter } from './letter.ts'

/** As it is given to the mail server. */
export interface Envelope {
  from: string
  to: string
  raw: Buffer
}

export interface Addressed extends Letter {
  /** the same at every try, so that a reader who does get two can tell */
  messageId: string
  from: { name: string; address: string }
  to: { name: string; address: string }
  /** empty: to the sender */
  replyTo: string
  date: Date
  /** nobody has typed it */
  automatic: boolean
}

/** Names and subjects are encoded as headers need it; domains that are not ASCII as DNS knows them. */
export async function envelope(mail: Addressed): Promise<Envelope> {
  const node = new MailComposer({
    messageId: `<${mail.messageId}>`,
    date: mail.date,
    from: named(mail.from),
    to: named(mail.to),
    ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
    subject: mail.subject,
    text: mail.plain,
    html: mail.html,
    // So that nobody's holiday reply answers a machine.
    ...(mail.automatic ? { headers: { 'Auto-Submitted': 'auto-generated' } } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
  }).compile()
  const { from, to } = node.getEnvelope()
  if (!from || to?.length !== 1) throw new Error('This is not one sender and one recipient.')
  return { from, to: to[0]!, raw: await node.build() }
}

const named = ({ name, address }: { name: string; address: string }) => ({
  name: name.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(),
  address,
})
