/**
 * How a word is written in the reader's language. A `day` is one of the calendar, `2027-01-31`,
 * wherever its reader is; a `property` is its key, `bytes` a number of them.
 */
export type WordKind = 'text' | 'number' | 'day' | 'bytes' | 'property'

export interface Template {
  /** English; what the template is called on screen */
  label: string
  /** what a caller must give */
  words: Readonly<Record<string, WordKind>>
  /** likewise, but sealed until it is sent and never shown here */
  secrets: readonly string[]
}

const measure = {
  domain: 'text',
  property: 'property',
  used: 'bytes',
  limit: 'bytes',
  percent: 'number',
} as const

/** In every template, given by the panel itself. */
export const commonWords = ['name', 'panel', 'address', 'sender'] as const

/** Every mail there is. What it says is in `texts/`, unless a provider has said it otherwise. */
export const templates = {
  /** M-31: `link` to choose a password, good once */
  welcome: { label: 'Welcome', words: { login: 'text', hours: 'number' }, secrets: ['link'] },
  /** M-40, R-6 */
  resetLink: {
    label: 'Link to reset the password',
    words: { login: 'text', minutes: 'number' },
    secrets: ['link'],
  },
  /** M-42 */
  newPassword: { label: 'New password', words: { login: 'text' }, secrets: ['password'] },
  /** P-6: never the password itself */
  loginChanged: {
    label: 'Login data changed',
    words: { login: 'text', formerLogin: 'text' },
    secrets: [],
  },
  passwordChanged: { label: 'Password changed', words: { login: 'text' }, secrets: [] },
  /** to the address that was: whoever reads the new one can have a new password sent there */
  emailChanged: {
    label: 'E-mail address changed',
    words: { login: 'text', email: 'text' },
    secrets: [],
  },
  secondFactorOn: { label: 'Second factor turned on', words: { login: 'text' }, secrets: [] },
  secondFactorOff: { label: 'Second factor turned off', words: { login: 'text' }, secrets: [] },
  secondFactorReset: {
    label: 'Second factor reset',
    words: { login: 'text' },
    secrets: [],
  },
  tokenMade: { label: 'API token made', words: { login: 'text' }, secrets: [] },
  recoveryCodesRenewed: { label: 'Recovery codes renewed', words: { login: 'text' }, secrets: [] },
  recoveryCodeUsed: {
    label: 'Recovery code used',
    words: { login: 'text', left: 'number' },
    secrets: [],
  },
  /** `text`: what the provider wrote for the customer, may be empty */
  suspended: { label: 'Suspended', words: { text: 'text' }, secrets: [] },
  activated: { label: 'Activated', words: {}, secrets: [] },
  /** `day` is the last one it is served */
  expiry: {
    label: 'Subscription expires soon',
    words: { domain: 'text', day: 'day' },
    secrets: [],
  },
  expired: { label: 'Subscription expired', words: { domain: 'text', day: 'day' }, secrets: [] },
  /** before the limit, at the limit, and where that took it out of service */
  nearLimit: { label: 'Limit soon reached', words: measure, secrets: [] },
  overLimit: { label: 'Over limit', words: measure, secrets: [] },
  suspendedOverLimit: { label: 'Suspended: over limit', words: measure, secrets: [] },
  /** M-36: around what somebody typed; `subject` and `message` come from there */
  message: { label: 'Message', words: {}, secrets: [] },
  /** to see that mail goes out */
  test: { label: 'Test mail', words: {}, secrets: [] },
} as const satisfies Record<string, Template>

export type TemplateName = keyof typeof templates

export type WordsOf<Name extends TemplateName> = {
  [Word in keyof (typeof templates)[Name]['words']]: ValueOf<
    (typeof templates)[Name]['words'][Word]
  >
}

type ValueOf<Kind> = Kind extends 'number' | 'bytes' ? number : string

export type SecretsOf<Name extends TemplateName> = Record<
  (typeof templates)[Name]['secrets'][number],
  string
>

export const templateNames = Object.keys(templates) as TemplateName[]

export const isTemplate = (name: string): name is TemplateName => Object.hasOwn(templates, name)
