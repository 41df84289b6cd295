import type { Environment } from '../environment.ts'
import { SPOOL } from './mail-ability.ts'
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

/** Basic regular expressions; what follows a `+` is for the reader. */
export const unscannedText = (addresses: string[]): string =>
  addresses
    .map((address) => address.replaceAll('.', '\\.').replace('@', '\\(+.*\\)\\{0,1\\}@'))
    .map((address) => `To:<${address}>\n`)
    .join('')
