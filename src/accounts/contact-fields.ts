import type { Difference } from '../plans/differences.ts'
import type { C } from '../web/env.ts'
import { email, line, oneOf, optionalLine, text } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { languages } from '../web/i18n.ts'
import { languageOf } from '../web/reader.ts'
import type { Contact } from './contact.ts'
import { countryCodes, countryNames } from './countries.ts'

export const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone')]

/** How it sees the panel: null follows the system (M-12). */
export const preferenceFields = {
  language: oneOf(['', ...languages])
    .default('')
    .transform((code) => code || null),
  timeZone: oneOf(['', ...timeZones])
    .default('')
    .transform((zone) => zone || null),
}

/** Whom it is about and how it is reached; in the form of a new account too. */
export const contactFields = {
  name: line(200),
  company: optionalLine(200).default(''),
  email: email(),
  phone: optionalLine(50).default(''),
  street: optionalLine(200).default(''),
  postcode: optionalLine(20).default(''),
  city: optionalLine(100).default(''),
  country: oneOf(['', ...countryCodes]).default(''),
  ...preferenceFields,
}

export const noteBytes = 10_000

/** All that is said of a new account and its owner; a line of an imported file says the same. */
export const accountFields = {
  ...contactFields,
  login: line(254),
  description: text(noteBytes).default(''),
  additionalInformation: text(noteBytes).default(''),
}

export interface ContactOptions {
  countries: Option[]
  languages: Option[]
  timeZones: Option[]
}

export function contactOptions(c: C): ContactOptions {
  const shown = languageOf(c)
  const named = new Intl.DisplayNames(shown, { type: 'language' })
  return {
    countries: countryNames(shown).map(({ code, name }) => ({ value: code, label: name })),
    languages: languages.map((code) => ({ value: code, label: named.of(code) ?? code })),
    timeZones: timeZones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
  }
}

const labels: Record<keyof Contact, string> = {
  name: 'Name',
  company: 'Company',
  email: 'E-mail',
  phone: 'Contact number',
  street: 'Street',
  postcode: 'Postcode',
  city: 'City',
  country: 'Country',
  language: 'Language',
  timeZone: 'Time zone',
}

export const contactDifferences = (saved: Contact, typed: Contact): Difference[] =>
  (Object.keys(labels) as (keyof Contact)[])
    .map((key) => ({ label: labels[key], from: saved[key] ?? '', to: typed[key] ?? '' }))
    .filter(({ from, to }) => from !== to)
