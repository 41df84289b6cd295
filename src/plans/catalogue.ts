import { choice, type Group, limit, list, onOff, type Property, unlimited } from './property.ts'

export type { Limit, Value } from './property.ts'

/**
 * Everything a plan can hold, in the order of the form. Forms, values, sums, budget checks, conflict
 * reports, the API's schema and translations derive from it: a new property is a new entry here.
 */
export const catalogue = {
  disk: limit('Disk space', 'resources', { unit: 'bytes' }), // S-10
  traffic: limit('Traffic', 'resources', { unit: 'bytes' }), // S-11, a month
  domains: limit('Domains', 'resources', { initial: 1 }),
  subdomains: limit('Subdomains', 'resources'), // S-16
  forwardings: limit('Forwarded domains', 'resources'), // S-55
  mailboxes: limit('Mailboxes', 'resources'), // S-13
  mailboxSize: limit('Mailbox size', 'resources', {
    unit: 'bytes',
    addOns: 'max',
    sales: 'max',
    initial: 1024 * 1024 * 1024,
  }),
  mailAliases: limit('Mail aliases', 'resources'),
  mailingLists: limit('Mailing lists', 'resources'), // S-14
  ftpLogins: limit('FTP logins', 'resources'), // S-15
  databases: limit('MySQL databases', 'resources'), // S-17

  php: onOff('PHP', 'web', { hostProvides: 'php', initial: true }),
  phpVersion: choice('PHP version', 'web', ['8.2', '8.3', '8.4'], {
    customerMay: 'mayChangePhp',
  }),
  perl: onOff('Perl', 'web', { hostProvides: 'perl' }),
  cgi: onOff('CGI', 'web', { hostProvides: 'cgi' }),
  https: onOff('HTTPS', 'web', { hostProvides: 'https' }),

  imap: onOff('IMAP', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'imap',
  }), // S-20
  pop3: onOff('POP3', 'mail', { hostProvides: 'pop3' }),
  virusScan: onOff('E-mail virus scan', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'virus-scan',
  }), // S-19
  spamFilter: onOff('Spam filter', 'mail', {
    customerMay: 'mayChangeMail',
    hostProvides: 'spam-filter',
  }),

  shell: choice('SSH access', 'access', ['off', 'limited', 'bash'], {
    customerMay: 'mayChangeShell',
  }), // S-44 to S-49, R-21
  cpuLimit: limit('CPU time of a limited shell', 'access', {
    unit: 'seconds',
    addOns: 'max',
    sales: 'max',
    initial: 60,
  }),
  processLimit: limit('Processes of a limited shell', 'access', {
    addOns: 'max',
    sales: 'max',
    initial: 50,
  }),
  api: onOff('API access', 'access'), // M-30

  mediaServices: limit('Media services', 'media'), // M-23
  maxConnections: limit('Max connections', 'media'), // M-20
  maxBitrate: limit('Max bitrate', 'media', {
    unit: 'kbit/s',
    addOns: 'max',
    sales: 'max',
  }), // M-22
  dataTransfer: limit('Data transfer', 'media', { unit: 'bytes' }), // M-21
  autoDj: onOff('AutoDJ', 'media', { hostProvides: 'autodj' }), // M-17
  autoDjAccounts: limit('AutoDJ accounts per service', 'media', {
    addOns: 'max',
    sales: 'max',
  }), // M-18
  proxy: onOff('Proxy support (80/443)', 'media', { hostProvides: 'proxy' }), // M-19
  applications: list('Applications', 'media', ['PHP', 'Perl', 'AutoDJ']),

  mayChangePhp: onOff('May change PHP settings', 'permissions'), // P-47
  mayChangeMail: onOff('May change mail settings', 'permissions'),
  mayChangeShell: onOff('May change SSH access', 'permissions'),

  customers: limit('Customers', 'reseller', { initial: unlimited }),
  subscriptions: limit('Subscriptions', 'reseller', { initial: unlimited }),
  oversell: onOff('Oversell', 'reseller'),
} satisfies Record<string, Property>

export type PropertyKey = keyof typeof catalogue
export const propertyKeys = Object.keys(catalogue) as PropertyKey[]

/** The values of a plan or subscription: one for every property that its kind has. */
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

/** What a new plan's form starts with. */
export const initialValues = (): Values =>
  Object.fromEntries(propertyKeys.map((key) => [key, catalogue[key].initial])) as Values
