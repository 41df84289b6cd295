import { isIP } from 'node:net'
import type { C } from './env.ts'

/**
 * Who is at the other end. What X-Forwarded-For says counts only when a proxy we trust sent it,
 * and then the last address that is not such a proxy (F-103).
 */
export function peer(c: C): string | null {
  const { trustedProxies } = c.get('settings')
  const socket = plain(c.env?.incoming?.socket.remoteAddress ?? null)
  if (socket === null || !trustedProxies.includes(socket)) return socket

  const named = (c.req.header('X-Forwarded-For') ?? '').split(',').map((part) => plain(part.trim()))
  return (
    named.findLast((address) => address !== null && !trustedProxies.includes(address)) ?? socket
  )
}

/** IPv4 written as IPv6 is one address with two names. */
function plain(address: string | null): string | null {
  const short = address?.replace(/^::ffff:(?=\d+\.)/, '') ?? ''
  return isIP(short) ? short : null
}
