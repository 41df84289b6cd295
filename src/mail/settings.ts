import { MAX_FORWARDS, MIN_QUOTA } from '../contract/mail.ts'
import { Invalid } from '../errors.ts'
import { foreignAddress } from '../names/address.ts'
import type { Values } from '../plans/catalogue.ts'
import { MB, unlimited } from '../plans/property.ts'
import type { Owned } from '../subscriptions/access.ts'
import type { Mailbox, MailSwitch } from './schema.ts'

/** What one decides about a mailbox, beside its address and its password. */
export interface MailboxWish {
  /** bytes */
  quota: number
  enabled: boolean
  imap: MailSwitch
  pop3: MailSwitch
  virusScan: MailSwitch
  catchAll: boolean
  /** as typed: addresses with spaces, commas or new lines between them */
  forwardTo: string
  keepCopy: boolean
  reply: boolean
  replySubject: string
  replyText: string
  /** ISO days */
  replyFrom: string | null
  replyUntil: string | null
}

export type MailboxSettings = Omit<MailboxWish, 'forwardTo'> & Pick<Mailbox, 'forwardTo'>

export const switches = ['imap', 'pop3', 'virusScan'] as const

/** S-31: what a switch comes to. */
export const isOn = (mailSwitch: MailSwitch, planned: boolean): boolean =>
  mailSwitch === 'plan' ? planned : mailSwitch === 'on'

/** no mailbox is larger than this, whatever it was given before. */
export const quotaWithin = (quota: number, { mailboxSize }: Values): number =>
  Math.max(mailboxSize === unlimited ? quota : Math.min(quota, mailboxSize), MIN_QUOTA)

/** @throws {Invalid} at the field; `exceed`: more than the plan gives is no fault (P-46) */
export function mailboxSettings(
  wish: MailboxWish,
  { subscription: { values } }: Owned,
  exceed: boolean,
  before?: Mailbox,
): MailboxSettings {
  refuseTooLarge(wish.quota, values)
  for (const name of switches) {
    const more = wish[name] === 'on' && values[name] !== true && before?.[name] !== 'on'
    if (more && !exceed) throw new Invalid(name, 'The plan does not have this.')
  }
  const { replyFrom, replyUntil } = wish
  if (replyFrom && replyUntil && replyUntil < replyFrom) {
    throw new Invalid('replyUntil', 'The last day comes before the first.')
  }
  if (wish.reply && wish.replyText === '') throw new Invalid('replyText', 'Required')
  return { ...wish, forwardTo: addresses(wish.forwardTo, 'forwardTo', MAX_FORWARDS) }
}

function refuseTooLarge(quota: number, { mailboxSize }: Values): void {
  if (mailboxSize === unlimited || quota <= mailboxSize) return
  const maximum = Math.floor(mailboxSize / MB)
  throw new Invalid('quota', 'A mailbox of this subscription has at most {maximum} MB.', {
    maximum,
  })
}

/** Each once, sorted as typed. @throws {Invalid} at `field`, with the one that is none */
export function addresses(typed: string, field: string, most: number): string[] {
  const words = typed.split(/[\s,;]+/).filter(Boolean)
  const found = [...new Set(words.map((word) => foreignAddress(word, field)))]
  if (found.length > most) {
    throw new Invalid(field, 'Give at most {maximum} addresses.', { maximum: most })
  }
  return found
}
