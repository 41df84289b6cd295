import type { Environment } from '../environment.ts'

const sockets = ['/run/clamav/clamd.ctl', '/run/clamav/clamav-milter.ctl']

/**
 * Both listen only while they work: clamd does not start without signatures, so a host where the
 * packages merely lie on the disk does not claim to scan.
 */
export function canScanForViruses({ system }: Environment): boolean {
  const listening = system.listening()
  // the kernel keeps what they called it, and Debian's configuration says /var/run
  return sockets.every((socket) => listening.has(socket) || listening.has(`/var${socket}`))
}
