import {
  choice,
  everything,
  GB,
  type Group,
  limit,
  list,
  MB,
  nothing,
  onOff,
  type Property,
  type unlimited,
  type Value,
} from './property.ts'
import type { PlanKind } from './schema.ts'

export type { Limit, Value } from './property.ts'

/**
 * Everything a plan can hold, in the order of the form. Forms, values, sums, budget checks, conflict
 * reports, the API's schema and translations derive from it: a new property is a new entry here.
 */
export const catalogue = {
  disk: limit('Disk space', 'resources', {
    unit: 'bytes',
    initial: GB,
    hostKeepsBy: 'quota',
  }), // S-10
  diskLimit: choice('Disk limit', 'resources', ['measured', 'enforced'], {
    optionLabels: { measured: 'Measured only', enforced: 'Enforced' },
    hostProvides: { enforced: 'quota' },
    hint: 'Enforced: the host itself must refuse what goes beyond the disk space. Measured only: it may, and the rule for overuse holds.',
    onlyWith: 'disk',
    onlyLimited: true,
  }),
  traffic: limit('Traffic', 'resources', {
    unit: 'bytes',
    initial: 10 * GB,
    hint: 'Per month.',
  }), // S-11
  mailboxes: limit('Mailboxes', 'resources', { hostProvides: 'mail' }), // S-13
  mailingLists: limit('Mailing lists', 'resources', { hostProvides: 'mailingLists' }), // S-14
  ftpLogins: limit('FTP logins', 'resources', {
    hint: 'Beside the one that every subscription has.',
    hostProvides: 'ftp',
  }), // S-15
  subdomains: limit('Subdomains', 'resources'), // S-16
  databases: limit('MySQL databases', 'resources', { hostProvides: 'mysql' }), // S-17
  domains: limit('Domains', 'resources', { initial: 1 }),
  forwardings: limit('Forwarded domains', 'resources'), // S-55
  mailboxSize: limit('Mailbox size', 'resources', {
    unit: 'bytes',
    addOns: 'max',
    sales: 'max',
    initial: GB,
    customerMay: 'mayChangeMail',
    onlyWith: 'mailboxes',
  }),
  mailAliases: limit('Mail aliases', 'resources'),
  overuse: choice('Overuse', 'resources', ['suspend', 'notify', 'allow'], {
    optionLabels: {
      suspend: 'Suspend at the limit',
      notify: 'Notify and keep running',
      allow: 'Keep running',
    },
    initial: 'notify',
  }), // R-22, from the strictest to the most generous
  overuseNotice: limit('Notify at', 'resources', {
    unit: 'percent',
    addOns: 'max',
    sales: 'max',
    initial: 80,
    least: 1,
    most: 100,
    always: true,
    hint: 'Of disk space and traffic.',
    onlyWith: 'overuse',
  }),

  php: onOff('PHP', 'web', { initial: true }),
  phpVersion: choice('PHP version', 'web', ['8.2', '8.3', '8.4', '8.5'], {
    customerMay: 'mayChangePhp',
    hostProvides: { 8.2: 'php8.2', 8.3: 'php8.3', 8.4: 'php8.4', 8.5: 'php8.5' },
    onlyWith: 'php',
  }),
  phpMemory: limit('PHP memory', 'web', {
    unit: 'bytes',
    addOns: 'max',
    sales: 'max',
    initial: 128 * MB,
    least: 16 * MB,
    most: 4 * GB,
    always: true,
    hint: 'Of one request.',
    customerMay: 'mayChangePhp',
    onlyWith: 'php',
  }), // P-47
  phpUpload: limit('Largest upload', 'web', {
    unit: 'bytes',
    addOns: 'max',
    sales: 'max',
    initial: 32 * MB,
    least: MB,
    most: 4 * GB,
    always: true,
    hint: 'Of one file, by PHP.',
    customerMay: 'mayChangePhp',
    onlyWith: 'php',
  }), // P-47
  phpDisplayErrors: onOff('Show PHP errors', 'web', {
    hint: 'To visitors; for trying things out.',
    customerMay: 'mayChangePhp',
    onlyWith: 'php',
  }), // P-47
  perl: onOff('Perl', 'web', { hostProvides: 'perl' }),
  cgi: onOff('CGI', 'web', { hostProvides: 'cgi' }),
  https: onOff('HTTPS', 'web', { hostProvides: 'https' }),

  imap: onOff('IMAP', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'imap',
    onlyWith: 'mailboxes',
  }), // S-20
  pop3: onOff('POP3', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'pop3',
    onlyWith: 'mailboxes',
  }),
  virusScan: onOff('E-mail virus scan', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'virusScan',
  }), // S-19
  spamFilter: onOff('Spam filter', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'spamFilter',
  }),

  shell: choice('SSH access', 'access', ['off', 'limited', 'bash'], {
    optionLabels: { off: 'Off', limited: 'Limited shell', bash: 'Bash' },
    customerMay: 'mayChangeShell',
    hostProvides: { limited: 'shellLimits' },
  }), // S-44 to S-49, R-21
  cpuLimit: limit('CPU time', 'access', {
    unit: 'seconds',
    addOns: 'max',
    sales: 'max',
    initial: 60,
    least: 1,
    most: 86_400,
    hint: 'Per process, for bash with limits.',
    onlyWith: 'shell',
  }), // S-48
  processLimit: limit('Processes', 'access', {
    addOns: 'max',
    sales: 'max',
    initial: 50,
    least: 5,
    most: 10_000,
    hint: 'At once, for bash with limits.',
    onlyWith: 'shell',
  }), // S-48
  api: onOff('API access', 'access'), // M-30

  mediaServices: limit('Media services', 'media', { hostProvides: 'media' }), // M-23
  maxConnections: limit('Max connections', 'media', { onlyWith: 'mediaServices' }), // M-20
  maxBitrate: limit('Max bitrate', 'media', {
    unit: 'kbit/s',
    addOns: 'max',
    sales: 'max',
    onlyWith: 'mediaServices',
  }), // M-22
  dataTransfer: limit('Data transfer', 'media', {
    unit: 'bytes',
    hint: 'Per month, of all media services together.',
    onlyWith: 'mediaServices',
  }), // M-21
  autoDj: onOff('AutoDJ', 'media', { hostProvides: 'autoDj' }), // M-17
  autoDjAccounts: limit('AutoDJ accounts per service', 'media', {
    addOns: 'max',
    sales: 'max',
    onlyWith: 'autoDj',
  }), // M-18
  proxy: onOff('Proxy support (80/443)', 'media', { hostProvides: 'proxy' }), // M-19
  applications: list('Applications', 'media', ['PHP', 'Perl', 'AutoDJ']),

  mayChangePhp: onOff('May change PHP settings', 'permissions'), // P-47
  mayChangeMail: onOff('May change mail settings', 'permissions'),
  mayChangeShell: onOff('May change SSH access', 'permissions'),

  customers: limit('Customers', 'reseller', { sales: 'count' }),
  subscriptions: limit('Subscriptions', 'reseller', { sales: 'count' }),
  oversell: onOff('Oversell', 'reseller', {
    hint: 'Off: the sum of what is sold may not exceed this plan. On: actual use counts.',
  }),
} satisfies Record<string, Property>

export type PropertyKey = keyof typeof catalogue
export const propertyKeys = Object.keys(catalogue) as PropertyKey[]

/** The values of a plan or subscription: all properties, for any kind of plan. */
export type Values = {
  [Key in PropertyKey]: (typeof catalogue)[Key]['kind'] extends 'limit'
    ? number | typeof unlimited
    : (typeof catalogue)[Key]['kind'] extends 'switch'
      ? boolean
      : (typeof catalogue)[Key]['kind'] extends 'choice'
        ? string
        : readonly string[]
}

export const inGroup = (group: Group): PropertyKey[] =>
  propertyKeys.filter((key) => catalogue[key].group === group)

/** A permission can only be asked of a property that names one. */
export const permissionFor = (key: PropertyKey): PropertyKey | undefined =>
  (catalogue[key] as Property).customerMay as PropertyKey | undefined

/**
 * What a new plan's form starts with: a service plan with what is usual, an add-on with nothing, a
 * reseller plan with no limits (M-23), for an admin names what is scarce, not what is not.
 */
export function initialValues(kind: PlanKind = 'service'): Values {
  switch (kind) {
    case 'service':
      return eachProperty((property) => property.initial)
    case 'add-on':
      return eachProperty(nothing)
    case 'reseller':
      return { ...eachProperty(everything), oversell: false }
  }
}

export const eachProperty = (value: (property: Property, key: PropertyKey) => Value): Values =>
  Object.fromEntries(propertyKeys.map((key) => [key, value(catalogue[key], key)])) as Values
