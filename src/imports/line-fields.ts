import { z } from 'zod'
import { accountFields } from '../accounts/contact-fields.ts'
import { countryNames } from '../accounts/countries.ts'
import { kindNames, statusNames } from '../accounts/list-fields.ts'
import { placeFields } from '../subscriptions/new-fields.ts'
import { uncell } from '../web/csv.ts'
import { oneOf, optionalLine } from '../web/fields.ts'
import { languages, type Translate } from '../web/i18n.ts'
import { sentence, words as wordsOf } from '../web/messages.ts'
import { type ColumnName, type Columns, labelOf } from './column-fields.ts'
import type { SheetRecord } from './parsing.ts'
import type { Line, Why } from './schema.ts'

/** The rules of the form for a new customer; what a form has chosen from a list is named here. */
const lineForm = z.strictObject({
  ...accountFields,
  domain: placeFields.domain,
  plan: optionalLine(200).default(''),
  host: optionalLine(200).default(''),
  provider: optionalLine(200).default(''),
  status: oneOf(['active', 'suspended']).default('active'),
  kind: z.literal('customer', 'Only customers are imported.').default('customer'),
})

/** For the reader of this language. */
export function lineReader({ read }: Columns, t: Translate, language: string) {
  const named = meanings(t, language)
  return ({ line, cells }: SheetRecord): Line => {
    const typed = Object.fromEntries(
      read.flatMap((name, n) => (name && cells[n] ? [[name, uncell(cells[n])]] : [])),
    ) as Partial<Record<ColumnName, string>>
    if (cells.length !== read.length)
      return { line, typed, why: [uneven(cells.length, read.length)] }

    const result = lineForm.safeParse(withMeaning(typed, named))
    if (!result.success)
      return { line, typed, why: result.error.issues.map((issue) => why(issue, typed)) }
    const { kind: _, ...wish } = result.data
    return { line, wish }
  }
}

const uneven = (found: number, wanted: number): Why => ({
  sentence:
    'It has {found} {found|field|fields}, but the first line names {wanted} {wanted|column|columns}.',
  words: { found, wanted },
})

type Meanings = Partial<Record<ColumnName, Map<string, string>>>

/** M-7: usually the login is the e-mail address, and it is where nothing else is said. */
function withMeaning(typed: Partial<Record<ColumnName, string>>, named: Meanings) {
  const filled = Object.entries(typed).filter(([, text]) => text.trim() !== '')
  const meant = filled.map(([name, text]) => {
    const known = named[name as ColumnName]
    return [name, known ? (known.get(text.trim().toLowerCase()) ?? text.trim()) : text]
  })
  return { login: typed.email?.trim().toLowerCase(), ...Object.fromEntries(meant) }
}

/** What stands for a value in our own lists and in those of people. */
function meanings(t: Translate, language: string): Meanings {
  const names = (some: Record<string, string>) =>
    Object.entries(some).flatMap(([value, label]) =>
      [label, t(label), value].map((text) => [text, value]),
    )
  const table = (entries: string[][]) =>
    new Map(entries.map(([text, value]) => [text!.toLowerCase(), value!]))
  const countries = ['en', language].flatMap((one) =>
    countryNames(one).flatMap(({ code, name }) => [
      [code, code],
      [name, code],
    ]),
  )
  const named = ['en', language].map((one) => new Intl.DisplayNames(one, { type: 'language' }))
  return {
    country: table(countries),
    language: table(
      languages.flatMap((code) => [
        [code, code],
        ...named.map((names) => [names.of(code) ?? code, code]),
      ]),
    ),
    kind: table(names(kindNames)),
    status: table([...names(statusNames), ...names({ active: 'Enabled', suspended: 'Disabled' })]),
  }
}

function why(issue: z.core.$ZodIssue, typed: Partial<Record<ColumnName, string>>): Why {
  const name = issue.path[0] as ColumnName
  const said = sentence(issue)
  const what = labelOf(name)
  if (said === 'Choose from the list.') {
    const text = (typed[name] ?? '').slice(0, 40)
    return { sentence: '{what!}: “{typed}” is not known.', words: { what, typed: text } }
  }
  return { sentence: '{what!}: {why!}', words: { ...wordsOf(issue), what, why: said } }
}
