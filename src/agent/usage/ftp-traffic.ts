import { count, type Traffic } from './traffic.ts'
import { LOGS } from './web-traffic.ts'

export const FTP_LOG = `${LOGS}/ftp.log`

/** For ProFTPD: when a transfer ended, whose login it was, what was done, and the bytes of its data. */
export const ftpLogText = `LogFormat innkeeper "%{epoch} %u %m %b"
ExtendedLog ${FTP_LOG} READ,WRITE,DIRS innkeeper
`

/** Of other commands ProFTPD tells other sizes. */
const transfers = new Set(['RETR', 'STOR', 'STOU', 'APPE', 'LIST', 'NLST', 'MLSD'])

/** @param ofUser the subscription of each system user */
export function countTransfer(traffic: Traffic, ofUser: Map<string, number>, line: string): void {
  const found = /^([0-9]+) ([a-z0-9]+)(?:_[a-z0-9]+)? ([A-Z]+) ([0-9]+)$/.exec(line)
  const subscription = found && ofUser.get(found[2]!)
  if (!subscription || !transfers.has(found[3]!)) return
  count(traffic, subscription, 'ftp', Number(found[1]) * 1000, Number(found[4]))
}
