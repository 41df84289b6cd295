/**
 * What a host can say that it is able to do: `HostFacts.provides` and the panel's property catalogue
 * speak these words. A host names what works on it now, not what could be installed; it may know
 * words that the panel does not, and then means nothing to it.
 */
export const features = [
  /** PHP-FPM of that version */
  'php8.2',
  'php8.3',
  'php8.4',
  'php8.5',
  'perl',
  'cgi',
  /** certificates can be fetched and served */
  'https',
  /** bash with limits on CPU time and processes */
  'shellLimits',
  /** no customer sees what others run */
  'hiddenProcesses',
  /** no customer's program reaches a socket of another's */
  'separateSockets',
  /** disk limits per user are enforced by the file system */
  'quota',
  'ftp',
  'mysql',
  /** mailboxes can be delivered to */
  'mail',
  'imap',
  'pop3',
  'virusScan',
  'spamFilter',
  'mailingLists',
  'media',
  'autoDj',
  'proxy',
] as const
export type Feature = (typeof features)[number]

/**
 * What an agent tells of when it is missing. The rest waits for its service to come to the agent, so
 * nobody could mend it yet.
 */
export const toldWhenMissing: ReadonlySet<Feature> = new Set<Feature>([
  'php8.2',
  'php8.3',
  'php8.4',
  'php8.5',
  'perl',
  'cgi',
  'https',
  'shellLimits',
  'virusScan',
  'spamFilter',
  'quota',
  'ftp',
  'mysql',
  'mail',
  'imap',
  'pop3',
  'mailingLists',
])
