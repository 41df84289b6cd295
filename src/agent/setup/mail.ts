import { chmodSync, lchownSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { MAX_UID, MIN_UID } from '../../contract/document.ts'
import { at, type Environment } from '../environment.ts'
import { drop, exists, put, read } from '../files.ts'
import { readPasswd } from '../passwd.ts'
import { DOVECOT_CONF } from '../services/mail-ability.ts'
import { LISTS, MAIL, REPLIES, TABLES } from '../services/mail-places.ts'
import { prepareTables } from '../services/mail-tables.ts'
import type { Note } from './setup.ts'

const AUTH = '/etc/dovecot/conf.d/10-auth.conf'
const UNITS = '/etc/systemd/system'
/** What the host was set up with. */
const STAMP = '/var/lib/innkeeper/mail-setup'

/** Files of Postfix and Dovecot, once their packages are there; what has to be run is the system's. */
export async function prepareMail(env: Environment): Promise<void> {
  prepareFolders(env)
  await prepareTables(env)
  put(env, `${UNITS}/innkeeper-lists.service`, listsService)
  put(env, `${UNITS}/innkeeper-lists.timer`, listsTimer)
  for (const unit of logging) {
    mkdirSync(at(env, `${UNITS}/${unit}.d`), { recursive: true })
    put(env, `${UNITS}/${unit}.d/innkeeper.conf`, allLines)
  }
  // customers have logins of the system too, and must not read mail with them
  const auth = read(env, AUTH)
  if (auth) put(env, AUTH, auth.replaceAll(/^!include auth-system/gm, '#$&'))
  const before = read(env, DOVECOT_CONF)
  mkdirSync(at(env, dirname(DOVECOT_CONF)), { recursive: true })
  put(env, DOVECOT_CONF, dovecot)
  try {
    await env.system.setUpMail()
  } catch (error) {
    if (before === undefined) drop(env, DOVECOT_CONF)
    else put(env, DOVECOT_CONF, before)
    throw error
  }
  put(env, STAMP, stamp())
}

function prepareFolders(env: Environment): void {
  mkdirSync(at(env, MAIL), { recursive: true })
  chmodSync(at(env, MAIL), 0o711)
  const list = readPasswd(env).users.get('list')
  mkdirSync(at(env, LISTS), { recursive: true })
  chmodSync(at(env, LISTS), 0o700)
  if (list) lchownSync(at(env, LISTS), list.uid, list.gid)
}

/** A host that has mail already gets what a newer agent does otherwise. */
export async function refreshMail(env: Environment, note: Note): Promise<void> {
  if (exists(env, DOVECOT_CONF) && note('mail', read(env, STAMP) !== stamp()))
    await prepareMail(env)
}

const table = (name: string): string => `hash:${TABLES}/${name}`

/** For main.cf, where everything else stays. The first rule is for mail that waits (hosts.md 3.4). */
export const postfixSettings = (hostname: string): string[] => [
  `myhostname=${hostname}`,
  'mydestination=$myhostname, localhost',
  `virtual_mailbox_domains=${table('domains')}`,
  `virtual_mailbox_maps=${table('mailboxes')}`,
  `virtual_alias_maps=${table('aliases')}`,
  `transport_maps=${table('transport')}`,
  'virtual_transport=lmtp:unix:private/dovecot-lmtp',
  'recipient_delimiter=+',
  'message_size_limit=52428800',
  'disable_vrfy_command=yes',
  // customers have shells, and would see who writes to whom
  'authorized_mailq_users=root',
  'authorized_flush_users=root',
  'smtpd_sasl_type=dovecot',
  'smtpd_sasl_path=private/auth',
  'smtpd_sasl_auth_enable=yes',
  'smtpd_tls_auth_only=yes',
  `smtpd_sender_login_maps=${table('senders')}`,
  'smtpd_sender_restrictions=reject_authenticated_sender_login_mismatch',
  'smtpd_relay_restrictions=permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  `smtpd_recipient_restrictions=check_recipient_access ${table('access')}, permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, check_policy_service unix:private/quota-status`,
  'innkeeper-list_destination_recipient_limit=1',
]

const submission = [
  'smtpd -o smtpd_client_restrictions=permit_sasl_authenticated,reject',
  '-o smtpd_recipient_restrictions=permit_sasl_authenticated,reject',
].join(' ')

/** For master.cf: mail programs hand in at 587 and 465, lists are run by mlmmj. */
export const postfixServices: Record<string, string> = {
  'submission/inet': `submission inet n - y - - ${submission} -o smtpd_tls_security_level=encrypt`,
  'submissions/inet': `submissions inet n - y - - ${submission} -o smtpd_tls_wrappermode=yes`,
  'innkeeper-list/unix': `innkeeper-list unix - n n - 4 pipe flags=ORhu user=list argv=/usr/bin/mlmmj-receive -F -L ${LISTS}/\${nexthop}`,
}

const listening = (socket: string): string => `unix_listener /var/spool/postfix/private/${socket} {
    user = postfix
    group = postfix
    mode = 0600
  }`

/** One file of logins per service: who is not in it is unknown there, also to Postfix. */
const dovecot = `# Written by Innkeeper: what is changed here is lost
auth_mechanisms = plain login
auth_username_format = %Lu
first_valid_uid = ${MIN_UID}
last_valid_uid = ${MAX_UID}
mail_location = maildir:~/Maildir
mail_plugins = $mail_plugins quota
quota_full_tempfail = yes
passdb {
  driver = passwd-file
  args = scheme=SHA512-CRYPT username_format=%u ${TABLES}/%s
}
userdb {
  driver = passwd-file
  args = username_format=%u ${TABLES}/users
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = "552 5.2.2 The mailbox is full"
  sieve = file:${REPLIES}/none.sieve
}
protocol imap {
  mail_plugins = $mail_plugins imap_quota
  imap_logout_format = in=%i out=%o
}
protocol pop3 {
  pop3_logout_format = in=%i out=%o
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@%d
}
service auth {
  ${listening('auth')}
}
service lmtp {
  ${listening('dovecot-lmtp')}
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  ${listening('quota-status')}
}
`

const stamp = (): string =>
  JSON.stringify([
    dovecot,
    postfixSettings(''),
    postfixServices,
    listsService,
    listsTimer,
    allLines,
  ])

const logging = ['postfix@.service', 'dovecot.service']

/** Traffic is counted by what they say: the journal must not leave lines out when they say much. */
const allLines = `[Service]
LogRateLimitIntervalSec=0
`

const listsService = `[Unit]
Description=Sends again what mailing lists could not send

[Service]
Type=oneshot
User=list
ExecCondition=/usr/bin/test -d ${LISTS}
ExecStart=/usr/bin/mlmmj-maintd -F -d ${LISTS}
`

const listsTimer = `[Unit]
Description=Looks after mailing lists

[Timer]
OnCalendar=hourly
RandomizedDelaySec=10min

[Install]
WantedBy=timers.target
`
