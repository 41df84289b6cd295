import type { LiveDocument } from '../../src/contract/document.ts'
import type { Mail, Mailbox, MailingList } from '../../src/contract/mail.ts'
import { live, numbered } from '../contract/cast.ts'

const MB = 1024 * 1024
const { passwordHash } = live().user

/** A mailbox with `password` of contract/cast.ts. */
export const mailbox = (id: number, address: string, changes: Partial<Mailbox> = {}): Mailbox => ({
  id,
  address,
  passwordHash,
  quota: 100 * MB,
  enabled: true,
  imap: true,
  pop3: true,
  virusScan: false,
  aliases: [],
  catchAll: false,
  forwardTo: [],
  keepCopy: true,
  reply: null,
  ...changes,
})

export const mailingList = (
  id: number,
  address: string,
  changes: Partial<MailingList> = {},
): MailingList => ({
  id,
  address,
  owner: `owner@${address.split('@')[1]}`,
  posting: 'members',
  moderated: false,
  virusScan: false,
  members: [],
  ...changes,
})

export const mail = (mailboxes: Mailbox[], lists: MailingList[] = []): Mail => ({
  promised: { mailboxes: 10, mailingLists: 10, imap: true, pop3: true },
  mailboxes,
  lists,
})

/** Subscription number n with these. */
export const withMail = (
  n: number,
  mailboxes: Mailbox[],
  lists: MailingList[] = [],
  changes: Partial<LiveDocument> = {},
): LiveDocument => numbered(n, { mail: mail(mailboxes, lists), ...changes })

/** Both mailboxes of `shop1.test`; what a test changes is that of info@. */
export const boxes = (changes: Partial<Mailbox> = {}): Mailbox[] => [
  mailbox(1, 'info@shop1.test', changes),
  mailbox(2, 'cato@shop1.test'),
]

export const shop = (
  mailboxes = boxes(),
  lists: MailingList[] = [],
  changes: Partial<LiveDocument> = {},
): LiveDocument => withMail(1, mailboxes, lists, changes)
