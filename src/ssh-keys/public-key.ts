import { sshKeyTypes } from '../contract/ssh-keys.ts'
import { Invalid } from '../errors.ts'
import { fingerprint } from '../hosts/fingerprint.ts'

export interface PublicKey {
  type: (typeof sshKeyTypes)[number]
  /** base64 */
  blob: string
  /** `SHA256:…`, as ssh shows it */
  fingerprint: string
  /** what stands behind it, often user@machine */
  comment: string
}

const LEAST_RSA_BITS = 2048
const curves: Record<string, number> = { nistp256: 65, nistp384: 97, nistp521: 133 }

/**
 * One line of an authorized_keys file without options, read down to its numbers: what is stored is
 * written anew from what was understood (F-55).
 *
 * @throws {Invalid} at `key`
 */
export function publicKey(typed: string): PublicKey {
  const text = typed.trim()
  if (/PRIVATE KEY|PuTTY-User-Key-File/.test(text)) refuse(isPrivate)
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) refuse('Give one public key, on one line.')
  const [type = '', blob = '', ...rest] = text.split(/ +/)
  if (type === 'ssh-dss') refuse('DSA keys are broken. Use an Ed25519 key.')
  if (!isType(type)) refuse(saysType(text) ? noOptions : unknown)
  else {
    const bytes = Buffer.from(blob, 'base64')
    if (bytes.toString('base64') !== blob || !isWhole(type, fields(bytes))) refuse(damaged)
    const comment = rest.join(' ').slice(0, 100)
    return { type, blob, fingerprint: fingerprint(`${type} ${blob}`), comment }
  }
  throw new Invalid('key', unknown)
}

const isPrivate =
  'This is a private key. Keep it to yourself, and do not use it any more if others may have seen it. Give the public key, from the file that ends in .pub.'
const noOptions = 'Give the bare key, without options in front of it.'
const unknown = 'Give a public key such as ssh-ed25519 AAAA…, from the file that ends in .pub.'
const damaged = 'This key is not whole. Copy it once more.'

const isType = (word: string): word is PublicKey['type'] =>
  (sshKeyTypes as readonly string[]).includes(word)

const saysType = (text: string): boolean => text.split(/[ ,"]+/).some(isType)

/** Strings with their length in front; undefined when that does not come out even. */
function fields(bytes: Buffer): Buffer[] | undefined {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) return undefined
    found.push(bytes.subarray(at + 4, end))
    at = end
  }
  return found
}

function isWhole(type: PublicKey['type'], found: Buffer[] | undefined): boolean {
  if (found?.[0]?.toString('latin1') !== type) return false
  const [, first, second, third, ...more] = found
  if (!first || more.length > 0) return false
  switch (type) {
    case 'ssh-ed25519':
      return first.length === 32 && !second
    case 'sk-ssh-ed25519@openssh.com':
      return first.length === 32 && second !== undefined && !third
    case 'ssh-rsa':
      return isLongEnough(second) && !third
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return isPoint('nistp256', first, second) && third !== undefined
    default:
      return isPoint(type.slice('ecdsa-sha2-'.length), first, second) && !third
  }
}

function isLongEnough(modulus: Buffer | undefined): boolean {
  if (!modulus || modulus.length > 2100) return false
  const bare = modulus[0] === 0 ? modulus.subarray(1) : modulus
  const bits = bare.length * 8 - Math.clz32(bare[0] ?? 0) + 24
  if (bits < LEAST_RSA_BITS) refuse('This RSA key is too short. Use an Ed25519 key.')
  return true
}

const isPoint = (curve: string, named: Buffer, point: Buffer | undefined): boolean =>
  named.toString('latin1') === curve && point?.length === curves[curve] && point?.[0] === 4

function refuse(sentence: string): never {
  throw new Invalid('key', sentence)
}
