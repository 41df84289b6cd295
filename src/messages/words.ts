import { commonWords, isTemplate, type Template, templates, type WordKind } from './catalogue.ts'
import { propertyName } from './texts/properties.ts'
import { mailLanguage } from './texts/texts.ts'

/** What a template's `{words}` stand for. */
export type Words = Record<string, string>

const place = /\{(\w+)\}/g

/** For a line of text: whatever would begin another line becomes a space (F-58). */
export const fillLine = (text: string, words: Words): string =>
  text
    .replace(place, (same, word: string) => words[word] ?? same)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()

/** `raw` words are HTML already. */
export const fillHtml = (html: string, words: Words, raw: readonly string[] = []): string =>
  html.replace(place, (same, word: string) => {
    const value = words[word]
    if (value === undefined) return same
    return raw.includes(word) ? value : escaped(value).replaceAll('\n', '<br>')
  })

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!)

/** Words of a text that this template does not know; they would stay as they are. */
export function unknownWords(name: string, ...texts: string[]): string[] {
  const known = wordsOf(name)
  return usedWords(...texts).filter((word) => !known.includes(word))
}

export const usedWords = (...texts: string[]): string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(place)].map(([, word]) => word!))),
]

/** All that may stand in a template. */
export function wordsOf(name: string): string[] {
  const template: Template | undefined = isTemplate(name) ? templates[name] : undefined
  const typed = name === 'message' ? ['subject', 'message'] : []
  const own = Object.keys(template?.words ?? {})
  return [...commonWords, ...own, ...(template?.secrets ?? []), ...typed]
}

/** Numbers, dates and sizes as the reader writes them. */
export function spelled(
  name: string,
  stored: Record<string, string | number>,
  language: string,
): Words {
  const kinds: Readonly<Record<string, WordKind>> = isTemplate(name) ? templates[name].words : {}
  return Object.fromEntries(
    Object.entries(stored).map(([word, value]) => [
      word,
      spell(kinds[word] ?? 'text', value, language),
    ]),
  )
}

function spell(kind: WordKind, value: string | number, language: string): string {
  switch (kind) {
    case 'number':
      return new Intl.NumberFormat(language).format(Number(value))
    case 'bytes':
      return sized(Number(value), language)
    case 'day':
      // A day of the calendar: read as one in UTC and told as one in UTC, it is the same everywhere.
      return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(
        new Date(value),
      )
    case 'property':
      return propertyName(mailLanguage(language), String(value))
    case 'text':
      return String(value)
  }
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte']

/** 1 GB = 1,073,741,824 bytes, as everywhere in the panel. */
function sized(bytes: number, language: string): string {
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), units.length - 1)
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step],
    maximumFractionDigits: 1,
  }).format(bytes / 1024 ** step)
}
