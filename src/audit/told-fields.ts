import { catalogue } from '../plans/catalogue.ts'
import type { Property } from '../plans/property.ts'
import type { C } from '../web/env.ts'
import { type Changed, changed } from './changes.ts'
import { bytesFields, fieldWords, namesOnly, valueWords } from './field-words.ts'
import type { Changes } from './schema.ts'

/** One thing that changed, as its reader says it. */
export interface Change {
  name: string
  from: string
  to: string
}

type Reader = Pick<C['var'], 't' | 'show'>

export const told = (reader: Reader, changes: Changes): Change[] =>
  changed(changes).map(({ field, from, to }) => ({
    name: reader.t(labelOf(field) ?? field),
    from: short(said(reader, field, from)),
    to: short(said(reader, field, to)),
  }))

/** English; undefined for what nobody has given a word yet. */
export const labelOf = (field: Changed['field']): string | undefined =>
  fieldWords[field] ?? propertyOf(field)?.label

const propertyOf = (field: string): Property | undefined =>
  Object.hasOwn(catalogue, field) ? catalogue[field as keyof typeof catalogue] : undefined

function said(reader: Reader, field: string, value: unknown): string {
  const { t, show } = reader
  const property = propertyOf(field)
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((one) => said(reader, field, one)).join(', ')
  switch (typeof value) {
    case 'boolean':
      return value ? t('Yes') : t('No')
    case 'number':
      return numberOf(reader, field, property, value)
    case 'string':
      return word(field, property, value, t) ?? dated(show, value)
    default:
      return JSON.stringify(value)
  }
}

function numberOf({ show }: Reader, field: string, property: Property | undefined, value: number) {
  const unit = property?.kind === 'limit' ? property.unit : undefined
  if (unit === 'bytes' || bytesFields.has(field)) return show.bytes(value)
  if (unit === 'percent') return show.percent(value / 100)
  if (unit === 'kbit/s') return `${show.number(value)} kbit/s`
  if (unit === 'seconds') return `${show.number(value)} s`
  return namesOnly.has(field) ? String(value) : show.number(value)
}

function word(field: string, property: Property | undefined, value: string, t: Reader['t']) {
  const ours = valueWords[field]?.[value]
  if (ours) return t(ours)
  if (property?.kind === 'limit' && value === 'unlimited') return t('Unlimited')
  const option = property?.kind === 'choice' ? property.optionLabels[value] : undefined
  return option && t(option)
}

/** Moments as the reader writes them; days as they are meant, wherever that is. */
function dated(show: Reader['show'], value: string): string {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return show.time(new Date(value))
  return /^\d{4}-\d\d-\d\d$/.test(value) ? show.day(new Date(`${value}T12:00:00Z`)) : value
}

const most = 120

const short = (text: string) => (text.length > most ? `${text.slice(0, most)}…` : text)
