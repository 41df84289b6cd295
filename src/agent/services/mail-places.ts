/**
 * Mail lies beside the homes, on their file system, where a quota by user counts it. Customers own
 * their boxes and nothing above them, so that no link of theirs is on root's way (F-170).
 */
export const MAIL = '/home/.mail'

export const customerFolder = (name: string): string => `${MAIL}/${name}`
export const mailboxFolder = (name: string, id: number): string => `${MAIL}/${name}/${id}`

/** Of the user `list`: it runs mlmmj, and no customer can read who is a member of what. */
export const LISTS = `${MAIL}/.lists`
export const listFolder = (id: number): string => `${LISTS}/${id}`

/** What Postfix and Dovecot read of all customers together. */
export const TABLES = '/var/lib/innkeeper-mail'
export const REPLIES = `${TABLES}/replies`
export const replyFile = (id: number): string => `${REPLIES}/${id}.sieve`

/** Part of every table, one file per customer. */
export const FRAGMENTS = '/var/lib/innkeeper/mail'
export const fragmentFile = (name: string): string => `${FRAGMENTS}/${name}.json`
