import { atDomain } from '../../contract/mail.ts'
import type { Environment } from '../environment.ts'
import { SPOOL } from './mail-ability.ts'
import type { MailLines } from './mail-lines.ts'
import { TABLES } from './mail-places.ts'

export const MILTER_UNIT = 'innkeeper-clamav-milter.service'
/** In Postfix's own tree: its servers see nothing else. */
export const MILTER_SOCKET = `${SPOOL}/innkeeper/clamav.ctl`
/** Who gets his mail unscanned; the milter calls it a white list. */
export const UNSCANNED = `${TABLES}/unscanned`

/**
 * Both listen only while they work: clamd does not start without signatures, so a host where the
 * packages merely lie on the disk does not claim to scan.
 */
export function canScanForViruses({ system }: Environment): boolean {
  const listening = system.listening()
  // the kernel keeps what they called it, and Debian's configuration says /var/run
  const clamd = ['/run/clamav/clamd.ctl', '/var/run/clamav/clamd.ctl']
  return clamd.some((socket) => listening.has(socket)) && listening.has(MILTER_SOCKET)
}

/**
 * Basic regular expressions; what follows a `+` is for the reader. A domain where nobody's mail is
 * scanned stands as a whole: the milter reads this at its start only, and need not start again for
 * each address there.
 */
export function unscannedText({
  unscanned,
  mailboxes,
}: Pick<MailLines, 'unscanned' | 'mailboxes'>) {
  const without = new Set(unscanned)
  const all = mailboxes.map((line) => line.slice(0, line.indexOf(' ')))
  const scanned = new Set(all.filter((address) => !without.has(address)).map(atDomain))
  const whole = new Set(unscanned.map(atDomain).filter((domain) => !scanned.has(domain)))
  return [
    ...[...whole].map((domain) => `To:<[^@>]*${literal(domain)}>\n`),
    ...unscanned.filter((one) => !whole.has(atDomain(one))).map((one) => `To:<${address(one)}>\n`),
  ].join('')
}

const literal = (text: string): string => text.replaceAll('.', '\\.')
const address = (text: string): string => literal(text).replace('@', '\\(+.*\\)\\{0,1\\}@')
