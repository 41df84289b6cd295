import type { Environment } from '../environment.ts'
import { exists } from '../files.ts'

/** What this host can do with mail. */
export interface MailAbility {
  /** Postfix and Dovecot were set up by us; they may stand still at the moment. */
  installed: boolean
  mailboxes: boolean
  imap: boolean
  pop3: boolean
  lists: boolean
}

/** Written last when a host gets mail, so that what is half set up does not count. */
export const DOVECOT_CONF = '/etc/dovecot/conf.d/99-innkeeper.conf'
export const SPOOL = '/var/spool/postfix'

/** Dovecot takes mail there for as long as it runs with our configuration. */
const lmtp = `${SPOOL}/private/dovecot-lmtp`

export function mailAbility(env: Environment): MailAbility {
  const installed = exists(env, DOVECOT_CONF)
  const mailboxes = installed && env.system.listening().has(lmtp)
  const has = (program: string) => mailboxes && exists(env, program)
  return {
    installed,
    mailboxes,
    imap: has('/usr/lib/dovecot/imap'),
    pop3: has('/usr/lib/dovecot/pop3'),
    lists: has('/usr/bin/mlmmj-receive'),
  }
}
