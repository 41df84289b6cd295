/** SQLSTATE of a failed query, whoever wrapped it; undefined when the server said nothing. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : codeOf(error.cause)
}

export const uniqueViolation = '23505'

const passing = /^(?:08|40|53|55|57|58)|^25006$/

/**
 * The database is away, full, busy or stands by: the same query may work later (F-174, F-176, F-180).
 * A lost connection has no SQLSTATE; a mistake of ours that never reached the server has none either.
 */
export function mayPass(error: unknown): boolean {
  const code = codeOf(error)
  return code === undefined ? isLostConnection(error) : passing.test(code)
}

const lost =
  /^(?:CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|ENOENT|EACCES)/

function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return (typeof code === 'string' && lost.test(code)) || isLostConnection(error.cause)
}
