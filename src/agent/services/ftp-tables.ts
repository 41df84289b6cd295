/** A login, with the limit of its customer and what his home takes, in bytes. */
export interface FtpQuota {
  login: string
  limit: number
  used: number
}

/** As mod_quotatab_file reads them: what says which table it is, then one record after the other. */
const LIMITS = { magic: 0x7626, bytes: 126 }
const TALLIES = { magic: 0x7644, bytes: 121 }
const HEAD = 4
const NAME = 81
const [USER, SOFT] = [20, 2]

/** Soft: what has begun may end, as the next measuring counts it anyway. All but the uploads is unlimited. */
export const limitTable = (quotas: FtpQuota[]): Buffer =>
  table(LIMITS, quotas, (record, { limit }) => {
    record.writeInt32LE(SOFT, NAME + 5)
    // nothing would be unlimited
    record.writeDoubleLE(Math.max(1, limit), NAME + 9)
  })

export const tallyTable = (quotas: FtpQuota[]): Buffer =>
  table(TALLIES, quotas, (record, { used }) => record.writeDoubleLE(used, NAME + 4))

/** What each login has used: ProFTPD goes on counting between two measurings. */
export function readTallies(bytes: Buffer): Map<string, number> {
  const found = new Map<string, number>()
  for (let at = HEAD; at + TALLIES.bytes <= bytes.length; at += TALLIES.bytes) {
    const record = bytes.subarray(at, at + TALLIES.bytes)
    found.set(record.toString('latin1', 0, record.indexOf(0)), record.readDoubleLE(NAME + 4))
  }
  return found
}

function table(
  { magic, bytes }: typeof LIMITS,
  quotas: FtpQuota[],
  fill: (record: Buffer, quota: FtpQuota) => void,
): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeUInt32LE(magic)
  const records = quotas.map((quota) => {
    const record = Buffer.alloc(bytes)
    record.write(quota.login)
    record.writeInt32LE(USER, NAME)
    fill(record, quota)
    return record
  })
  return Buffer.concat([head, ...records])
}
