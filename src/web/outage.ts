/** What a person must know when the database failed: whether the change can have happened. */
export type Outage = 'nothing was changed' | 'unknown'

/** Postgres gave up on the statement or the transaction by itself, so it was rolled back. */
const rolledBack = new Set([
  '57014', // statement timeout
  '55P03', // lock not available
  '40001', // serialization failure
  '40P01', // deadlock
  '53300', // too many connections
  '53100', // disk full
  '25006', // read-only: a standby
])

/** The line broke; a commit may have been on its way (F-174). */
const lost = new Set([
  '57P01',
  '57P02',
  '57P03',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
])

export function outage(error: unknown): Outage | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error ? String(error.code) : ''
  if (rolledBack.has(code)) return 'nothing was changed'
  if (code.startsWith('08') || (lost.has(code) && fromDatabase(error))) return 'unknown'
  return outage(error.cause)
}

/** A missing file is ENOENT too; a database's socket is asked for by connect. */
const fromDatabase = (error: Error) =>
  !('syscall' in error) || error.syscall === 'connect' || error.syscall === 'write'
