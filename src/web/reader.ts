import type { C } from './env.ts'
import { languages } from './i18n.ts'

/** Whose days a list means by "from" and "to" (M-12). */
export const timeZoneOf = (c: C): string =>
  (c.get('session') ?? c.get('entered'))?.timeZone ?? c.get('system').timeZone

/** Before sign-in nobody is known but by what their browser asks for. */
export function languageOf(c: C): string {
  const session = c.get('session')
  return session?.language ?? (session ? null : accepted(c)) ?? c.get('system').language
}

/** The best of those we have, by the weights of Accept-Language (RFC 9110). */
export function accepted(c: C): string | null {
  const wanted = (c.req.header('Accept-Language') ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', weight] = part.trim().split(/\s*;\s*q\s*=\s*/i)
      return { language: tag.split('-')[0]!.toLowerCase(), weight: Number(weight ?? 1) }
    })
    .filter(({ language, weight }) => languages.includes(language) && weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  return wanted[0]?.language ?? null
}
