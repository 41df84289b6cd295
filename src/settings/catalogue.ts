import * as z from 'zod'

interface Setting<Value> {
  schema: z.ZodType<Value>
  /** until somebody says otherwise */
  initial: Value
}

const setting = <Value>(schema: z.ZodType<Value>, initial: Value): Setting<Value> => ({
  schema,
  initial,
})

export const smtpSecurities = ['starttls', 'tls', 'none'] as const

/** The mail server that takes our mail. */
export const smtp = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  /** `starttls` and `tls` check the server's certificate */
  security: z.enum(smtpSecurities),
  /** PEM; who else may vouch for it beside the public authorities; empty: nobody */
  authority: z.string().default(''),
  /** empty: it takes mail without */
  user: z.string(),
  /** sealed (secrets/seal.ts) and in base64; empty: none */
  password: z.string(),
})

export type Smtp = z.infer<typeof smtp>

const days = z.int().min(0).max(3650)

export const passwordLengths = { least: 8, most: 64 }

/** What an admin decides for the whole panel (M-44). */
export const systemCatalogue = {
  /** of the panel: in titles, the frame and mails */
  name: setting(z.string().min(1), 'Innkeeper'),
  /** where people reach the panel, e.g. `https://panel.example`; null: nobody has said */
  baseAddress: setting(z.url().nullable(), null),
  language: setting(z.string(), 'en'),
  timeZone: setting(z.string(), 'UTC'),
  /** M-37: the address all mail is from; null: none is sent yet */
  sender: setting(z.string().nullable(), null),
  smtp: setting(smtp.nullable(), null),
  /** mails of bulk actions; what somebody waits for is not held up */
  mailsPerMinute: setting(z.int().min(1).max(100_000), 120),
  /** R-5, in characters */
  passwordMinimum: setting(z.int().min(passwordLengths.least).max(passwordLengths.most), 12),
  /** M-33: for providers that did not say; 0: at once */
  trashDays: setting(days, 7),
  /** 0: for ever */
  auditDays: setting(days, 0),
  askImpersonationReason: setting(z.boolean(), false),
  acmeDirectory: setting(z.url(), 'https://acme-v02.api.letsencrypt.org/directory'),
}

/** S-67: one set per provider. */
export const providerCatalogue = {
  /** S-68 to S-70: its name in each new customer's domain; null: off */
  defaultMailbox: setting(z.string().min(1).nullable(), null),
  /** what mails are from, beside the system's address; empty: the provider's company or name */
  senderName: setting(z.string(), ''),
  /** null: as the system */
  trashDays: setting(days.nullable(), null),
  /** how long before a subscription expires its customer is told, from the longest down */
  expiryDays: setting(z.array(z.int().min(1).max(365)).max(10), [14, 7, 1]),
}

type Values<Catalogue> = {
  [Name in keyof Catalogue]: Catalogue[Name] extends Setting<infer Value> ? Value : never
}

export type SystemSettings = Values<typeof systemCatalogue>
export type OwnProviderSettings = Values<typeof providerCatalogue>
export type ProviderSettings = OwnProviderSettings & { trashDays: number }
