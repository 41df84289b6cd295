import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { SiteCertificate } from '../contract/sites.ts'
import { Invalid } from '../errors.ts'

/** What a host serves, and what people want to know of it. */
export interface ReadCertificate {
  /** PEM, the domain's own first; each vouched for by the next */
  chain: string
  /** PEM */
  key: string
  names: string[]
  issuer: string
  validFrom: Date
  validUntil: Date
}

const LEAST_RSA_BITS = 2048

/**
 * Chain and key as they were uploaded, read and written anew: a host gets nothing else that may have
 * stood between them.
 *
 * @throws {Invalid} at `chain` or `key`, saying what does not fit
 */
export function readCertificate(domain: string, typed: { chain: string; key: string }) {
  const [own, ...above] = certificatesIn(typed.chain)
  if (!own) refuse('chain', 'Give the certificate as PEM text: -----BEGIN CERTIFICATE----- …')
  const key = keyIn(typed.key)
  if (!own.checkPrivateKey(key)) refuse('key', 'This key does not belong to the certificate.')
  if (!covers(own, domain)) {
    refuse('chain', 'This certificate is for {names}, not for {domain}.', {
      names: namesOf(own).join(', '),
      domain,
    })
  }
  if (new Date(own.validTo) <= new Date()) {
    refuse('chain', 'This certificate expired on {day}.', { day: own.validTo })
  }
  inOrder([own, ...above])
  return whole(own, above, key)
}

/** As an ACME server gave it. */
export function issuedCertificate(chain: string, key: string): ReadCertificate {
  const [own, ...above] = certificatesIn(chain)
  if (!own) throw new Error('The ACME server gave no certificate.')
  return whole(own, above, createPrivateKey(key))
}

export const covers = (certificate: X509Certificate, name: string): boolean =>
  certificate.checkHost(name, { subject: 'never' }) !== undefined

function whole(own: X509Certificate, above: X509Certificate[], key: KeyObject): ReadCertificate {
  const pem = {
    chain: [own, ...above].map(String).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
  if (!SiteCertificate.safeParse(pem).success) {
    refuse('chain', 'This certificate is too long: at most ten in a chain.')
  }
  return {
    ...pem,
    names: namesOf(own),
    issuer: commonName(own.issuer),
    validFrom: new Date(own.validFrom),
    validUntil: new Date(own.validTo),
  }
}

function certificatesIn(text: string): X509Certificate[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  try {
    return found.map((pem) => new X509Certificate(pem))
  } catch {
    return refuse('chain', 'This certificate is not whole. Copy it once more.')
  }
}

function keyIn(text: string): KeyObject {
  if (/ENCRYPTED/.test(text)) {
    refuse('key', 'This key is protected by a password. Give it without one.')
  }
  const key = parsed(text)
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type !== 'rsa' && type !== 'ec') refuse('key', 'Use a key of RSA or of an elliptic curve.')
  if ((details?.modulusLength ?? LEAST_RSA_BITS) < LEAST_RSA_BITS) {
    refuse('key', 'This RSA key is too short: 2048 bits are the least.')
  }
  return key
}

function parsed(text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    return refuse('key', 'Give the private key as PEM text: -----BEGIN PRIVATE KEY----- …')
  }
}

/** Browsers need each to be vouched for by the next, and some give up over another order. */
function inOrder(chain: X509Certificate[]) {
  chain.slice(1).forEach((issuer, index) => {
    const vouched = chain[index]!
    if (vouched.checkIssued(issuer) && vouched.verify(issuer.publicKey)) return
    refuse('chain', 'Certificate {number} of the chain does not vouch for the one before it.', {
      number: index + 2,
    })
  })
}

const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name!)

const commonName = (of: string): string =>
  /^CN=(.*)$/m.exec(of)?.[1] ?? /^O=(.*)$/m.exec(of)?.[1] ?? of.slice(0, 100)

function refuse(field: string, sentence: string, words = {}): never {
  throw new Invalid(field, sentence, words)
}
