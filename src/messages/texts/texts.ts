import type { TemplateName } from '../catalogue.ts'
import { german } from './de.ts'
import { english } from './en.ts'
import { spanish } from './es.ts'
import { italian } from './it.ts'

export interface Written {
  subject: string
  /** with `{words}` in it, which come escaped */
  html: string
}

export type Texts = Record<TemplateName, Written>

/** What mails say until a provider says it otherwise. */
export const texts = {
  en: english,
  de: german,
  es: spanish,
  it: italian,
} as const satisfies Record<string, Texts>

export type MailLanguage = keyof typeof texts

export const mailLanguages = Object.keys(texts) as MailLanguage[]

/** `de-AT` is written to in German, and whoever reads none of ours in English. */
export function mailLanguage(language: string): MailLanguage {
  const base = language.split('-')[0]!
  return mailLanguages.find((known) => known === base) ?? 'en'
}
