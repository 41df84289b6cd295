import { z } from 'zod'
import { MIN_QUOTA } from '../contract/mail.ts'
import type { Values } from '../plans/catalogue.ts'
import { MB, unlimited } from '../plans/property.ts'
import { checkbox, line, oneOf, optionalLine, text, wholeNumber } from '../web/fields.ts'
import { mailSwitches } from './schema.ts'

const day = z
  .union([z.literal(''), z.iso.date()], 'Give a day such as 2027-01-31, or leave it empty.')
  .transform((typed) => typed || null)
  .default(null)

/** What a mailbox's form asks for, new or not. */
export const mailboxFields = {
  quota: wholeNumber({ min: MIN_QUOTA / MB, max: 999_999_999 }).transform((typed) => typed * MB),
  enabled: checkbox(),
  imap: oneOf(mailSwitches),
  pop3: oneOf(mailSwitches),
  virusScan: oneOf(mailSwitches),
  aliases: text(20_000).default(''),
  catchAll: checkbox(),
  forwardTo: text(6000).default(''),
  keepCopy: checkbox(),
  reply: checkbox(),
  replySubject: optionalLine(200).default(''),
  replyText: text(4000).default(''),
  replyFrom: day,
  replyUntil: day,
}

export const newMailboxForm = z.strictObject({
  ...mailboxFields,
  local: line(64),
  domain: line(253),
  password: z.string().default(''),
})

export const mailboxForm = z.strictObject({
  ...mailboxFields,
  version: wholeNumber({ min: 1 }),
})

export const passwordForm = z
  .strictObject({
    password: z.string().default(''),
    repeat: z.string().default(''),
    generatePassword: checkbox(),
  })
  .refine(({ generatePassword, password }) => generatePassword || password !== '', {
    path: ['password'],
    error: 'Required',
  })
  .refine(({ generatePassword, password, repeat }) => generatePassword || password === repeat, {
    path: ['repeat'],
    error: 'The two passwords differ.',
  })

export const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

/** MB; null: as much as one likes */
export const mostQuota = ({ mailboxSize }: Values): number | null =>
  mailboxSize === unlimited ? null : Math.floor(mailboxSize / MB)
