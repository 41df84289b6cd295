import type { Said } from '../contract/said.ts'

const secrets: [RegExp, string][] = [
  [/\$(?:[0-9a-z]{1,12})\$[^\s'":]{8,}/g, '[hash]'],
  [
    /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '$1 [key]',
  ],
  [
    /\b(pass(?:word|wd|phrase)?|secret|token|api[-_]?key)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)/gi,
    '$1$2[hidden]',
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 [hidden]'],
  [/(\w+:\/\/[^\s:/@]*:)[^\s@/]+@/g, '$1[hidden]@'],
]

/** ECMA-48: sequences that would move a terminal's cursor or change its title (F-169). */
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
const controls = /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu

/** What may be kept of a text that came from outside: no secrets, no control characters, so long at the most. */
export function presentable(text: string, most = 4000): string {
  const plain = text
    .slice(0, most * 4)
    .replace(escapes, '')
    .replaceAll('\r\n', '\n')
    .replace(controls, '')
  const masked = secrets.reduce((rest, [secret, instead]) => rest.replace(secret, instead), plain)
  return masked.length > most ? `${masked.slice(0, most - 1)}…` : masked
}

/** The same for each word that a host said. */
export const presentableSaid = (said: Said | null | undefined): Said | null =>
  said
    ? {
        code: said.code,
        words: Object.fromEntries(
          Object.entries(said.words).map(([name, word]) => [name, presentable(word, 1000)]),
        ),
      }
    : null

/**
 * An error in words. A failed query's own message holds its parameters, password hashes among them;
 * its cause does not (stack.md §1).
 */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return presentable(String(error), 500)
  const { cause } = error
  const told = cause instanceof Error && error.message.startsWith('Failed query') ? cause : error
  return presentable(told.message || told.name, 500)
}
