import { MAX_UID, MIN_UID } from '../../contract/document.ts'
import { CONTROL_LOGIN } from '../../contract/setup.ts'
import type { Environment } from '../environment.ts'
import { put, read } from '../files.ts'
import { CUSTOMERS } from '../passwd.ts'
import { must } from '../run.ts'
import { SSH_ALLOW } from '../services/ssh-access.ts'
import { SSH_KEYS } from '../services/ssh-keys.ts'
import type { Note } from './setup.ts'
import { putTested, tookOver } from './tested.ts'

const PAM = '/etc/pam.d/sshd'
const SSHD = '/etc/ssh/sshd_config.d/50-innkeeper.conf'

/** Only customers are narrowed; whoever else logs in on this host notices nothing. */
export async function prepareSsh(env: Environment, note: Note): Promise<void> {
  const pam = read(env, PAM) ?? ''
  if (!pam.includes(SSH_ALLOW)) note('pam', put(env, PAM, `${pamLines}${pam}`))

  if (!note('sshd', await putTested(env, 'ssh', SSHD, sshd))) return
  await must(['systemctl', 'try-reload-or-restart', 'ssh'])
  tookOver(env, 'ssh')
}

/** The shell of a customer says nothing about ssh: forwarding works with /bin/false too (hosts.md 3.1). */
const pamLines = `# Innkeeper: customers log in only when they stand in this list
account [success=ignore default=1] pam_succeed_if.so quiet uid >= ${MIN_UID} uid <= ${MAX_UID}
account required pam_listfile.so item=user sense=allow file=${SSH_ALLOW} onerr=fail
`

const sshd = `# Written by Innkeeper
Match User ${CONTROL_LOGIN}
  PasswordAuthentication no
  ClientAliveInterval 15
  ClientAliveCountMax 3
Match Group ${CUSTOMERS}
  AuthorizedKeysFile ${SSH_KEYS}/%u
  PasswordAuthentication yes
  AllowTcpForwarding no
  AllowStreamLocalForwarding no
  AllowAgentForwarding no
  X11Forwarding no
  PermitTunnel no
`
