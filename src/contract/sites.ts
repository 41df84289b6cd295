import * as z from 'zod/mini'
import { Domain } from './names.ts'

export const MAX_SITES = 500

/** `8.2`: the number in Debian's package names. */
export const PhpVersion = z.string().check(z.regex(/^[5-9]\.[0-9]{1,2}$/))

export const MAX_ADDRESS = 1000

/** Where visitors are sent. No character of it means anything to a web server's configuration. */
export const WebAddress = z
  .string()
  .check(
    z.maxLength(MAX_ADDRESS),
    z.regex(/^https?:\/\/[a-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!&()*+,=%-]*)?$/),
  )

export const MAX_SUSPENDED_TEXT = 1000

const pem = (what: string) =>
  `-----BEGIN ${what}-----\\n(?:[A-Za-z0-9+/=]{1,76}\\n)+-----END ${what}-----\\n`

/** PEM as the panel writes it; `key` is the one clear secret a document carries. */
export const SiteCertificate = z.strictObject({
  chain: z
    .string()
    .check(z.maxLength(40_000), z.regex(new RegExp(`^(?:${pem('CERTIFICATE')}){1,10}$`))),
  key: z.string().check(z.maxLength(10_000), z.regex(new RegExp(`^${pem('PRIVATE KEY')}$`))),
})
export type SiteCertificate = z.infer<typeof SiteCertificate>

/** One name that is served, with its own way to serve it. */
export const Site = z.strictObject({
  domain: Domain,
  /** answers to `www.` as well */
  www: z.boolean(),
  /** the version wanted, null = no PHP */
  php: z.nullable(PhpVersion),
  /** the domain whose folder it shows; absent = its own */
  folder: z.optional(Domain),
  /** shows nothing, but sends visitors there with 301 */
  redirect: z.optional(WebAddress),
  /** plain text for visitors while the subscription is suspended */
  suspendedText: z.optional(z.string().check(z.maxLength(MAX_SUSPENDED_TEXT))),
  certificate: z.optional(SiteCertificate),
  /** http:// leads to https://; means nothing without a certificate */
  httpsOnly: z.optional(z.boolean()),
  /**
   * RFC 7638 thumbprint of the panel's ACME account: with it a host answers every HTTP-01 challenge
   * for this name, so that no challenge has to be brought to it.
   */
  acme: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/))),
})
export type Site = z.infer<typeof Site>

export const Sites = z.array(Site).check(z.maxLength(MAX_SITES), z.refine(distinctDomains))

/** Where the files of a site lie on its host (M-24). */
export const documentRoot = (name: string, domain: string): string => `/home/${name}/web/${domain}`

const MB = 1024 * 1024

/** What PHP may use, of the whole subscription; sizes in bytes. */
export const PhpSettings = z.strictObject({
  memory: z.int().check(z.minimum(MB)),
  upload: z.int().check(z.minimum(MB)),
  displayErrors: z.boolean(),
})
export type PhpSettings = z.infer<typeof PhpSettings>

function distinctDomains(sites: Site[]): boolean {
  return new Set(sites.map((site) => site.domain)).size === sites.length
}
