import { domainToASCII, domainToUnicode } from 'node:url'
import { parse } from 'tldts'
import { Domain, MAX_DOMAIN } from '../contract/names.ts'
import { Invalid, type Words } from '../errors.ts'

const MAX_LABEL = 63

/**
 * Top-level domains that the public Internet will never have (RFC 6761, 7686, 8375, 9476, ICANN's
 * resolutions). `test` and `example` are such too, but are made for trying things out, so they may be
 * used here; everything else that is not a number may come to exist and is taken.
 */
const impossible = new Set(
  'alt arpa corp home internal intranet invalid lan local localdomain localhost mail onion private'.split(
    ' ',
  ),
)

/** Parts of a domain that belong to what is served with it (F-12); `www` is stripped before. */
const reservedParts = new Set(
  'www mail ns1 ns2 autoconfig autodiscover localhost hostmaster webmaster postmaster'.split(' '),
)

/**
 * What people type as a domain becomes the name we keep: lower-case A-labels without `http://`, `www.`,
 * path and trailing dot.
 *
 * @throws {Invalid} at `field`, saying what is wrong and what is allowed
 */
export function domainName(typed: string, field = 'domain'): string {
  const refuse = (sentence: string, words?: Words): never => {
    throw new Invalid(field, sentence, words)
  }
  const bare = withoutDecoration(typed)

  if (bare === '') refuse('Enter a domain name, e.g. example.com.')
  if (isAddress(bare)) refuse('This is an IP address. Enter a domain name, e.g. example.com.')
  if (/[\p{C}\p{Z}]/u.test(bare)) refuse('A domain name has no spaces or control characters.')

  const domain = withoutWww(asciiForm(bare) ?? refuse(international))
  const labels = domain.split('.')
  if (domain.length > MAX_DOMAIN || labels.some((label) => label.length > MAX_LABEL)) {
    refuse('A domain name has at most 253 characters, and at most 63 between two dots.')
  }
  if (labels.length === 1) refuse('Enter the whole domain name, e.g. example.com.')
  if (!Domain.safeParse(domain).success) {
    refuse('A domain name consists of letters, digits and hyphens, with a dot between its parts.')
  }
  if (labels.some(brokenLabel)) refuse(international)
  if (impossible.has(labels.at(-1)!)) {
    refuse('Names that end in .{ending} do not exist on the Internet.', { ending: labels.at(-1)! })
  }
  refuseSuffixAndReserved(domain, refuse)
  return domain
}

const international = 'This is not a valid international domain name.'

/** `bücher.example (xn--bcher-kva.example)`: what people read, and what is written everywhere else. */
export function shownDomain(domain: string): string {
  if (!domain.includes('xn--')) return domain
  const readable = domainToUnicode(domain)
  return readable === domain || readable === '' ? domain : `${readable} (${domain})`
}

/** Whether something was taken off or changed that the person should be told of. */
export const wasChanged = (typed: string, domain: string): boolean =>
  typed.trim() !== domain && typed.trim().normalize('NFC') !== domainToUnicode(domain)

/** A name can be so long that `www.` does not fit before it (F-5). */
export const roomForWww = (domain: string): boolean => domain.length + 'www.'.length <= MAX_DOMAIN

/** The part that somebody registered: names below it belong together. */
export const registeredPart = (domain: string): string =>
  parse(domain, { allowPrivateDomains: true }).domain ?? domain

/** `shop.test` and `test` for `blog.shop.test`: the names it is a part of. */
export function namesAbove(domain: string): string[] {
  const labels = domain.split('.')
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'))
}

function withoutDecoration(typed: string): string {
  return typed
    .normalize('NFC')
    .replaceAll(/^[\p{Zs}\u200b-\u200d\u2060\ufeff]+|[\p{Zs}\u200b-\u200d\u2060\ufeff]+$/gu, '')
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#].*$/u, '')
    .replace(/\.$/, '')
}

/** The URL parser knows more ways to write an IPv4 address than people do (F-13). */
function isAddress(bare: string): boolean {
  return bare.startsWith('[') || /:.*:/.test(bare) || /(?:^|\.)(?:0x[0-9a-f]*|[0-9]+)$/i.test(bare)
}

/** undefined: it has letters beyond ASCII that no domain name can have. ASCII is left to be checked. */
function asciiForm(bare: string): string | undefined {
  return /^[\x20-\x7e]*$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare) || undefined
}

function withoutWww(domain: string): string {
  const rest = domain.replace(/^www\./, '')
  return rest.includes('.') ? rest : domain
}

/** Says `xn--` but does not stand for what it decodes to (F-2). */
function brokenLabel(label: string): boolean {
  if (!label.startsWith('xn--')) return false
  const readable = domainToUnicode(label)
  return readable === label || domainToASCII(readable) !== label
}

function refuseSuffixAndReserved(domain: string, refuse: (sentence: string) => never) {
  const { domain: registered, subdomain } = parse(domain, { allowPrivateDomains: true })
  if (registered === null) {
    refuse('Domains are registered below this name; it is not a domain of its own.')
  }
  if (subdomain && reservedParts.has(subdomain.split('.')[0]!)) {
    refuse('This name is reserved.')
  }
}
