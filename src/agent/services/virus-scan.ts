import type { Environment } from '../environment.ts'

/**
 * Debian's names. Both listen only while they work: clamd does not start without signatures, so a
 * host where the packages merely lie on the disk does not claim to scan.
 */
export const virusScanSockets = ['/run/clamav/clamd.ctl', '/run/clamav/clamav-milter.ctl']

export function canScanForViruses({ system }: Environment): boolean {
  const listening = system.listening()
  return virusScanSockets.every((socket) => listening.has(socket))
}
