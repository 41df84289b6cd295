import { isIP, SocketAddress } from 'node:net'
import { Invalid } from '../errors.ts'

/** Only the host itself: sites on it, and who is logged in by SSH. */
export const localhost = 'localhost'

/**
 * One address, as MariaDB compares it: IPv6 in its short form. Names and networks are refused, for
 * whoever answers for a name decides who comes in.
 *
 * @throws {Invalid} at `field`
 */
export function databaseAddress(field: string, typed: string): string {
  if (typed === '' || typed.toLowerCase() === localhost) return localhost
  const version = isIP(typed)
  if (version === 0 || typed.includes('%')) {
    throw new Invalid(field, 'Enter one IP address, or leave it empty.')
  }
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return new SocketAddress({ address: typed, family }).address
}
