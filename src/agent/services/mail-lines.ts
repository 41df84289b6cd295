import type { LiveDocument } from '../../contract/document.ts'
import { atDomain, type Mail, type Mailbox, type MailingList } from '../../contract/mail.ts'
import { mailboxFolder, replyFile } from './mail-places.ts'

/** One customer's lines of the files that Postfix, Dovecot and the virus scan read. */
export type MailLines = Record<keyof typeof noLines, string[]>

export const noLines = {
  /** Postfix: where mail is taken for */
  domains: [],
  mailboxes: [],
  aliases: [],
  /** who is refused mail for the moment or for good */
  access: [],
  transport: [],
  /** which login may send as which address */
  senders: [],
  /** Dovecot: all boxes, and one file per service of those who may log in to it */
  users: [],
  imap: [],
  pop3: [],
  smtp: [],
  /** addresses whose mail is not looked through for viruses */
  unscanned: [],
}

type Customer = Pick<LiveDocument, 'state' | 'user'>

export function mailLines(document: LiveDocument): MailLines {
  const mail = document.mail ?? { mailboxes: [], lists: [] }
  const lines = [
    ...domainsOf(mail).map((domain) => domainLines(document, domain)),
    ...mail.mailboxes.map((box) => mailboxLines(document, box)),
    ...mail.lists.map((list) => listLines(document, list)),
  ]
  return merge(lines)
}

export const merge = (all: Partial<MailLines>[]): MailLines =>
  Object.fromEntries(
    (Object.keys(noLines) as (keyof MailLines)[]).map((key) => [
      key,
      all.flatMap((lines) => lines[key] ?? []),
    ]),
  ) as MailLines

function domainsOf({ mailboxes, lists }: Pick<Mail, 'mailboxes' | 'lists'>): string[] {
  const addresses = [...mailboxes.flatMap((box) => [box.address, ...box.aliases])]
  for (const { address } of lists) addresses.push(address)
  return [...new Set(addresses.map((address) => atDomain(address).slice(1)))].sort()
}

/** Senders keep what they have for a suspended domain, and so does our own queue (hosts.md 3.4). */
function domainLines({ state }: Customer, domain: string): Partial<MailLines> {
  const suspended = state === 'suspended'
  return {
    domains: [`${domain} ours`],
    // a domain without an answer of its own would get that of the domain above it
    access: [`${domain} ${suspended ? `450 4.2.1 ${later}` : 'DUNNO'}`],
    transport: suspended ? [`${domain} retry:4.2.1 ${later}`] : [],
  }
}

const later = 'Mail for this domain is not taken at present'
const never = 'This mailbox is switched off'

function mailboxLines(customer: Customer, box: Mailbox): Partial<MailLines> {
  const { address, aliases, enabled, forwardTo, keepCopy, passwordHash, catchAll } = box
  const all = [address, ...aliases]
  const targets = [...(keepCopy || forwardTo.length === 0 ? [address] : []), ...forwardTo]
  const working = enabled && customer.state === 'active'
  const login = `${address}:{SHA512-CRYPT}${passwordHash}`
  const may = (service: boolean) => (working && service ? [login] : [])
  return {
    mailboxes: all.map((one) => `${one} ours`),
    aliases: [
      `${address} ${targets.join(', ')}`,
      ...aliases.map((alias) => `${alias} ${address}`),
      ...(catchAll && enabled ? [`${atDomain(address)} ${address}`] : []),
    ],
    ...(enabled ? {} : refusing(customer, all)),
    senders: all.map((one) => `${one} ${address}`),
    users: [userLine(customer, box)],
    imap: may(box.imap),
    pop3: may(box.pop3),
    smtp: may(true),
    unscanned: box.virusScan ? [] : all,
  }
}

/** Only what is not deferred anyway. */
const refusing = ({ state }: Customer, addresses: string[]): Partial<MailLines> =>
  state === 'suspended'
    ? {}
    : {
        access: addresses.map((one) => `${one} 550 5.2.1 ${never}`),
        transport: addresses.map((one) => `${one} error:5.2.1 ${never}`),
      }

/** As in passwd, by the customer's number: what he may store is counted as his. */
function userLine({ user: { name, uid } }: Customer, box: Mailbox): string {
  const { id, address, quota, reply } = box
  const more = [
    `userdb_quota_rule=*:bytes=${quota}`,
    ...(reply ? [`userdb_sieve=file:${replyFile(id)}`] : []),
  ]
  return `${address}::${uid}:${uid}::${mailboxFolder(name, id)}::${more.join(' ')}`
}

function listLines({ state }: Customer, { id, address, virusScan }: MailingList) {
  return {
    mailboxes: [`${address} ours`],
    aliases: [`${address} ${address}`],
    transport: state === 'suspended' ? [] : [`${address} innkeeper-list:${id}`],
    unscanned: virusScan ? [] : [address],
  } satisfies Partial<MailLines>
}
