import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { timeZones } from '../accounts/contact-fields.ts'
import type { Difference } from '../plans/differences.ts'
import type { C } from '../web/env.ts'
import { checkbox, email, line, oneOf, optionalLine, text, wholeNumber } from '../web/fields.ts'
import { languages } from '../web/i18n.ts'
import { languageOf } from '../web/reader.ts'
import {
  type OwnProviderSettings,
  passwordLengths,
  type SystemSettings,
  smtpSecurities,
} from './catalogue.ts'

const most = { days: 3650 }
const version = z.string().max(100)

/** An address without a path, as browsers name it. */
const origin = () =>
  optionalLine(200).transform((typed, context) => {
    if (typed === '') return null
    const url = URL.canParse(typed) ? new URL(typed) : null
    if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash) {
      return url.origin
    }
    context.addIssue({
      code: 'custom',
      message: 'Give an address such as https://panel.example, without a path.',
    })
    return z.NEVER
  })

const webAddress = () =>
  line(300).refine((typed) => URL.canParse(typed) && new URL(typed).protocol === 'https:', {
    error: 'Give an address that begins with https://.',
  })

export const systemForm = z.strictObject({
  seen: version,
  name: line(60),
  baseAddress: origin(),
  language: oneOf(languages),
  timeZone: oneOf(timeZones),
  passwordMinimum: wholeNumber({ min: passwordLengths.least, max: passwordLengths.most }),
  trashDays: wholeNumber({ max: most.days }),
  auditDays: wholeNumber({ max: most.days }),
  askImpersonationReason: checkbox(),
  acmeDirectory: webAddress(),
})

export const mailForm = z.strictObject({
  seen: version,
  sender: email(),
  host: line(253).refine((typed) => /^[a-z0-9]([a-z0-9.:-]*[a-z0-9])?$/i.test(typed), {
    error: 'Give a host name or an IP address.',
  }),
  port: wholeNumber({ min: 1, max: 65_535 }),
  security: oneOf(smtpSecurities),
  authority: pem().default(''),
  user: optionalLine(200).default(''),
  /** empty: as it was */
  password: z.string().max(500, 'Use at most {maximum} characters.').default(''),
  mailsPerMinute: wholeNumber({ min: 1, max: 100_000 }),
  test: checkbox(),
})

const fewDays = { least: 1, most: 365, count: 10 }

/** `14, 7, 1`, in any order and with any of them twice; empty: none. */
function numbersOfDays() {
  return optionalLine(100).transform((typed, context) => {
    const days = typed.split(/[\s,;]+/).filter((one) => one !== '')
    const right = days.every((day) => /^[1-9][0-9]{0,2}$/.test(day) && Number(day) <= fewDays.most)
    const sorted = [...new Set(days.map(Number))].sort((a, b) => b - a)
    if (right && sorted.length <= fewDays.count) return sorted
    context.addIssue({
      code: 'custom',
      message: 'Give at most {count} numbers of days from {least} to {most}, such as 14, 7, 1.',
      params: fewDays,
    })
    return z.NEVER
  })
}

/** One or more certificates; empty: none. */
function pem() {
  return text(50_000).refine((typed) => typed === '' || isCertificates(typed), {
    error: 'Give one or more certificates in PEM, beginning with -----BEGIN CERTIFICATE-----.',
  })
}

function isCertificates(typed: string): boolean {
  const block = /-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----/g
  const found = typed.match(block) ?? []
  if (found.length === 0 || typed.replace(block, '').trim() !== '') return false
  try {
    for (const one of found) new X509Certificate(one)
    return true
  } catch {
    return false
  }
}

/** What an IMAP user may be called before the @. */
const mailboxName = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/

export const basicForm = z
  .strictObject({
    seen: version,
    defaultMailbox: checkbox(),
    defaultMailboxName: optionalLine(64)
      .default('')
      .transform((typed) => typed.toLowerCase()),
    senderName: optionalLine(100),
    trashDays: optionalLine(4)
      .refine((typed) => /^([0-9]{1,3}|[12][0-9]{3}|3[0-6][0-9]{2}|)$/.test(typed), {
        error: 'Give a number of days from 0 to {maximum}.',
        params: { maximum: most.days },
      })
      .transform((typed) => (typed === '' ? null : Number(typed))),
    expiryDays: numbersOfDays().optional(),
  })
  // S-69
  .refine(({ defaultMailbox, defaultMailboxName: name }) => !defaultMailbox || name !== '', {
    path: ['defaultMailboxName'],
    error: 'Required',
  })
  .refine(({ defaultMailboxName: name }) => name === '' || mailboxName.test(name), {
    path: ['defaultMailboxName'],
    error: 'Use letters a to z, digits, and . _ - inside.',
  })

const labels: Partial<Record<keyof SystemSettings | keyof OwnProviderSettings, string>> = {
  name: 'Name of the panel',
  baseAddress: 'Address of the panel',
  language: 'Default language',
  timeZone: 'Default time zone',
  passwordMinimum: 'Shortest password',
  trashDays: 'Days in the trash',
  auditDays: 'Days the audit is kept',
  askImpersonationReason: 'Ask for a reason before logging in as somebody',
  acmeDirectory: 'ACME directory',
  sender: 'Sender address',
  mailsPerMinute: 'Mails of bulk actions per minute',
  defaultMailbox: 'Default mailbox name',
  senderName: 'Sender name',
  expiryDays: 'Days before expiry',
}

/** F-73: what is saved now, and what was typed here. */
export const settingDifferences = (saved: object, typed: object): Difference[] =>
  Object.entries(typed)
    .map(([name, value]) => ({
      label: labels[name as keyof typeof labels],
      from: worded((saved as Record<string, unknown>)[name]),
      to: worded(value),
    }))
    .filter((one): one is Difference => one.label !== undefined && one.from !== one.to)

function worded(value: unknown): string | number {
  if (typeof value === 'boolean') return value ? 'On' : 'Off'
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'number' ? value : String(value ?? '')
}

export const languageOptions = (c: C) => {
  const shown = languageOf(c)
  const named = new Intl.DisplayNames(shown, { type: 'language' })
  return languages.map((code) => ({ value: code, label: named.of(code) ?? code }))
}

export const timeZoneOptions = () =>
  timeZones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))
