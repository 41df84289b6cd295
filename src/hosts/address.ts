import { isIP } from 'node:net'
import { Invalid } from '../errors.ts'

export interface Place {
  /** host name or IP address */
  address: string
  port: number
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const name = new RegExp(`^${label}(?:\\.${label})*$`)

/**
 * A host's name or IP address, lower case.
 *
 * @throws {Invalid} for anything else
 */
export function hostAddress(typed: string): string {
  const address = typed.trim().toLowerCase()
  if (isIP(address) !== 0) return address
  const numbersOnly = /^[0-9.]+$/.test(address)
  if (address.length <= 253 && !numbersOnly && name.test(address)) return address
  throw new Invalid('address', 'Enter a host name like web1.example.com, or an IP address.')
}
