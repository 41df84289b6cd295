import * as z from 'zod/mini'
import { Domain } from './names.ts'

export const MAX_SITES = 500

/** `8.2`: the number in Debian's package names. */
export const PhpVersion = z.string().check(z.regex(/^[5-9]\.[0-9]{1,2}$/))

/** One name that is served, with its own way to serve it. */
export const Site = z.strictObject({
  domain: Domain,
  /** answers to `www.` as well */
  www: z.boolean(),
  /** the version wanted, null = no PHP */
  php: z.nullable(PhpVersion),
})
export type Site = z.infer<typeof Site>

export const Sites = z.array(Site).check(z.maxLength(MAX_SITES), z.refine(distinctDomains))

/** Where the files of a site lie on its host (M-24). */
export const documentRoot = (name: string, domain: string): string => `/home/${name}/web/${domain}`

function distinctDomains(sites: Site[]): boolean {
  return new Set(sites.map((site) => site.domain)).size === sites.length
}
