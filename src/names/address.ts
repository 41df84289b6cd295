import { ForeignAddress, LocalPart } from '../contract/mail.ts'
import { Invalid } from '../errors.ts'
import { domainName } from './domain.ts'

/**
 * What people type before the @ of an address of theirs, in lower case.
 *
 * @throws {Invalid} at `field`
 */
export function localPart(typed: string, field: string): string {
  const local = typed.normalize('NFC').trim().toLowerCase()
  if (local === '') throw new Invalid(field, 'Enter what stands before the @, e.g. info.')
  if (!LocalPart.safeParse(local).success) {
    throw new Invalid(
      field,
      'Use at most 64 characters: letters a to z, digits, and . _ - between them.',
    )
  }
  return local
}

/**
 * An address anywhere in the world, in lower case and with the domain's A-label.
 *
 * @throws {Invalid} at `field`, with the address
 */
export function foreignAddress(typed: string, field: string): string {
  const refuse = (): never => {
    throw new Invalid(field, '“{address}” is not an e-mail address.', { address: shortened(typed) })
  }
  const at = typed.lastIndexOf('@')
  const address = `${typed.slice(0, at).toLowerCase()}@${asciiDomain(typed.slice(at + 1), refuse)}`
  return at > 0 && ForeignAddress.safeParse(address).success ? address : refuse()
}

function asciiDomain(typed: string, refuse: () => never): string {
  try {
    const domain = domainName(typed, 'domain')
    // it takes off what addresses of pages have and those of people do not
    return typed.toLowerCase().includes('/') ? refuse() : domain
  } catch (refusal) {
    if (refusal instanceof Invalid) return refuse()
    throw refusal
  }
}

const shortened = (typed: string): string => (typed.length > 80 ? `${typed.slice(0, 79)}…` : typed)
