import { count, type Traffic } from './traffic.ts'

/** A line that Postfix or Dovecot themselves wrote, as the journal vouches for. */
export interface MailLine {
  /** `postfix/qmgr`, `dovecot` */
  program: string
  text: string
  /** milliseconds since 1970 */
  at: number
}

export interface MailOwners {
  /** the subscription that a domain belongs to */
  ofDomain: Map<string, number>
  /** and a uid */
  ofUid: Map<string, number>
}

/** Postfix gives up before that. */
const FORGOTTEN_MS = 10 * 24 * 3_600_000

/**
 * Counted are each mail that a mailbox or list gets, each that somebody who logged in (or a program of
 * a customer) hands in, each copy that leaves the host, and what mail programs fetch. Whose it is says
 * a login, a uid or an address on this host, never what a sender calls himself; and nothing is looked
 * for where senders and other hosts can put words of theirs. So what a mailing list sends on counts for
 * nobody: that it comes from the list is all its letters say.
 */
export function countMail(traffic: Traffic, owners: MailOwners, line: MailLine): void {
  const { ofDomain, ofUid } = owners
  const mail = queuedMail(line)
  if (line.program === 'dovecot') countFetched(traffic, owners, line)
  else if (mail?.by === 'smtpd') handedIn(traffic, mail, ofDomain.get(loginDomain(mail.text)))
  else if (mail?.by === 'pickup') handedIn(traffic, mail, ofUid.get(uidIn(mail.text)))
  else if (mail?.by === 'qmgr') queued(traffic, mail)
  else if (mail?.by === 'lmtp' || mail?.by === 'pipe')
    delivered(traffic, mail, ({ to }) => ofDomain.get(to))
  else if (mail?.by === 'smtp')
    // what somebody's address sends on is his, whoever wrote it
    delivered(traffic, mail, ({ original }, sender) => ofDomain.get(original) ?? sender)
}

export function forgetOldMails({ mails }: Traffic, now: number): void {
  for (const [id, { since }] of Object.entries(mails))
    if (now - since > FORGOTTEN_MS) delete mails[id]
}

interface Mail {
  /** the part of Postfix that says so */
  by: string
  /** its number in the queue */
  id: string
  text: string
  at: number
}

function queuedMail({ program, text, at }: MailLine): Mail | undefined {
  const by = /^postfix\/(?:.*\/)?([a-z]+)$/.exec(program)?.[1]
  const found = /^([0-9A-Za-z]+): (.*)$/s.exec(text)
  return by && found ? { by, id: found[1]!, text: found[2]!, at } : undefined
}

/** Dovecot names who is in before all it says of him; the end of a session has the sums. */
function countFetched(traffic: Traffic, { ofDomain }: MailOwners, { text, at }: MailLine): void {
  const found = /^(?:imap|pop3)\([^@()]*@([^()]+)\).* in=([0-9]+) out=([0-9]+)$/s.exec(text)
  const subscription = found && ofDomain.get(found[1]!)
  if (subscription) count(traffic, subscription, 'mail', at, Number(found[2]) + Number(found[3]))
}

const loginDomain = (text: string): string =>
  /^client=[^ ,]*, .*\bsasl_username=[^ ,@]*@([^ ,@]+)/.exec(text)?.[1] ?? ''

const uidIn = (text: string): string => /^uid=([0-9]+) /.exec(text)?.[1] ?? ''

function handedIn({ mails }: Traffic, { id, at }: Mail, sender: number | undefined): void {
  if (id !== 'NOQUEUE') mails[id] = { since: at, ...(sender ? { sender } : {}) }
}

/** Said again with each attempt; the first time is when it came in. */
function queued(traffic: Traffic, { id, text, at }: Mail): void {
  if (text === 'removed') {
    delete traffic.mails[id]
    return
  }
  const size = Number(/, size=([0-9]+), nrcpt=[0-9]+ \(queue active\)$/.exec(text)?.[1] ?? 0)
  const mail = traffic.mails[id] ?? { since: at }
  traffic.mails[id] = mail
  if (mail.size !== undefined || size === 0) return
  mail.size = size
  if (mail.sender) count(traffic, mail.sender, 'mail', at, size)
}

interface Recipient {
  /** domains, empty where there is none */
  to: string
  original: string
}

function delivered(
  traffic: Traffic,
  { id, text, at }: Mail,
  ownerOf: (recipient: Recipient, sender: number | undefined) => number | undefined,
): void {
  const { size, sender } = traffic.mails[id] ?? {}
  if (!size || !text.includes(', status=sent ')) return
  const found = /^to=<([^<>]*)>, (?:orig_to=<([^<>]*)>, )?relay=/.exec(text)
  const recipient = { to: domainIn(found?.[1]), original: domainIn(found?.[2]) }
  const owner = ownerOf(recipient, sender)
  if (owner) count(traffic, owner, 'mail', at, size)
}

const domainIn = (address = ''): string => address.split('@').at(-1)!.toLowerCase()
