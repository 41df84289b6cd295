import { doer } from '../audit/actor.ts'
import type { Some } from '../db/some.ts'
import type { Words } from '../errors.ts'
import { type Dictionary, dictionaries } from './dictionaries.ts'

/**
 * `t('{count} {count|plan|plans} in use', { count })`; the English sentence is the key. A word that is
 * English itself, such as a property's label or a whole sentence, is marked to be translated too:
 * `{property!}`.
 */
export type Translate = (sentence: string, words?: Words) => string

export const languages = ['en', ...Object.keys(dictionaries)]

/** Made once a language: what they are made of costs more than a page. */
export const translator = once((language: string) =>
  makeTranslator(language, dictionaries[language] ?? {}),
)

export function makeTranslator(language: string, given: Dictionary): Translate {
  // What people typed is looked up too, and no object may answer to `__proto__`.
  const dictionary: Dictionary = Object.assign(Object.create(null), given)
  const numbers = new Intl.NumberFormat(language)
  const plurals = new Intl.PluralRules(language)
  const { pluralCategories } = plurals.resolvedOptions()

  const filled = ({ text, name, english, forms }: Place, words: Words) => {
    const value = words[name]
    if (value === undefined) return text
    if (forms !== undefined) return form(forms, Number(value))
    if (typeof value === 'number') return numbers.format(value)
    return english ? spoken(word(value), words) : value
  }
  /** Units stay as they are: `Disk space (MB)` needs no entry of its own. */
  const word = (text: string): string => {
    const [, label, unit] = /^(.+)( \([^()]+\))$/.exec(text) ?? []
    return dictionary[text] ?? (label ? `${dictionary[label] ?? label}${unit}` : text)
  }
  const form = (forms: string[], count: number) =>
    forms[inOrder(pluralCategories).indexOf(plurals.select(count))] ?? forms.at(-1)!

  const fill = (text: string, words: Words): string => {
    let said = ''
    for (const part of partsOf(text)) said += typeof part === 'string' ? part : filled(part, words)
    return said
  }

  const spoken = (text: string, words: Words) => (text.includes('{') ? fill(text, words) : text)

  return (sentence, words = {}) => spoken(dictionary[sentence] ?? sentence, words)
}

interface Place {
  /** as it stands in the sentence */
  text: string
  name: string
  /** its word is English itself */
  english: boolean
  forms: string[] | undefined
}

/** Rows of a list say the same sentence again and again: it is taken apart once. */
const partsOf = once((text: string): (string | Place)[] => {
  const parts: (string | Place)[] = []
  let end = 0
  for (const found of text.matchAll(/\{(\w+)(!?)(?:\|([^}]*))?\}/g)) {
    const [place, name = '', english, forms] = found
    parts.push(text.slice(end, found.index))
    parts.push({ text: place, name, english: english === '!', forms: forms?.split('|') })
    end = found.index + place.length
  }
  return [...parts, text.slice(end)]
})

/** Forms of a word are written from the rarest number to the rest: `{count|plan|plans}`. */
function inOrder(categories: Intl.LDMLPluralRule[]) {
  const order: Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other']
  return order.filter((category) => categories.includes(category))
}

export interface Formats {
  number(value: number): string
  /** `12`, `More than 1,000` */
  some(counted: Some): string
  /** bytes, in the unit people would say: `1.5 GB` (1 GB = 1,073,741,824 bytes) */
  bytes(value: number): string
  percent(share: number): string
  day(moment: Date): string
  /** `2026-11` as `November 2026` */
  month(month: string): string
  time(moment: Date): string
  /** `3 minutes ago` */
  ago(moment: Date): string
  /** milliseconds, as `123 ms`, `4.5 s`, `3 min` */
  duration(milliseconds: number): string
  /** a user name, or what the system calls itself */
  doer(name: string): string
}

/** Numbers, dates and sizes as the reader writes them, in the reader's time zone (F-185). */
export const formats = once(makeFormats)

function makeFormats(language: string, timeZone: string): Formats {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone })
  const month = new Intl.DateTimeFormat(language, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  const time = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })

  const t = translator(language)

  return {
    number: small((value) => number.format(value)),
    some: ({ count, more }) =>
      more ? t('More than {amount}', { amount: count }) : number.format(count),
    bytes: (value) => scaled(value, 1024, ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'], number),
    percent: (share) => percent.format(share),
    day: (moment) => day.format(moment),
    month: (text) => month.format(new Date(`${text}-01T00:00:00Z`)),
    time: (moment) => time.format(moment),
    ago: (moment) => ago(moment, relative),
    duration: (milliseconds) =>
      milliseconds < 1000
        ? `${number.format(Math.round(milliseconds))} ms`
        : milliseconds < 120_000
          ? `${number.format(milliseconds / 1000)} s`
          : `${number.format(Math.round(milliseconds / 60_000))} min`,
    doer: (name) => doer(t, name),
  }
}

/** Lists are full of these: each is written but once. */
function small(write: (value: number) => string): (value: number) => string {
  const written: string[] = []
  return (value) => {
    if (!Number.isInteger(value) || value < 0 || value >= 1000) return write(value)
    written[value] ??= write(value)
    return written[value]
  }
}

function scaled(value: number, step: number, units: string[], number: Intl.NumberFormat): string {
  const exponent = Math.min(
    Math.floor(Math.log(Math.max(Math.abs(value), 1)) / Math.log(step)),
    units.length - 1,
  )
  return `${number.format(value / step ** exponent)} ${units[exponent]}`
}

const steps = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

function ago(moment: Date, relative: Intl.RelativeTimeFormat): string {
  const seconds = (moment.getTime() - Date.now()) / 1000
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return relative.format(Math.trunc(seconds / size), unit)
}

function once<Keys extends string[], T>(make: (...keys: Keys) => T): (...keys: Keys) => T {
  const made = new Map<string, T>()
  return (...keys) => {
    const name = keys.join(' ')
    const known = made.get(name) ?? make(...keys)
    made.set(name, known)
    return known
  }
}
