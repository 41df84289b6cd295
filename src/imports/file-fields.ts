import { maySell } from '../accounts/access.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { columns, labelOf } from './column-fields.ts'
import { maxFileBytes } from './decoding.ts'
import { maxRecords } from './parsing.ts'
import type { Wrong } from './schema.ts'

/** What the page says before anybody sends a file. */
export interface Guide {
  megabytes: number
  customers: number
  columns: { label: string; hint: string }[]
}

export const guide = (c: C): Guide => ({
  megabytes: maxFileBytes / 1024 / 1024,
  customers: maxRecords,
  columns: offered(c).map(({ name }) => ({
    label: c.var.t(labelOf(name)),
    hint: c.var.t(hints[name] ?? ''),
  })),
})

/** Machines are the admin's to choose. */
const offered = (c: C) =>
  columns.filter(
    ({ name }) => name !== 'host' || (c.var.actor.kind === 'admin' && maySell(c.var.actor)),
  )

const hints: Partial<Record<(typeof columns)[number]['name'], string>> = {
  name: 'Required',
  email: 'Required',
  login: 'Where it is empty, the e-mail address.',
  country: 'Its name, or two letters.',
  language: 'Its name, or two letters.',
  timeZone: 'Written as in Europe/Berlin.',
  description: 'Not visible to the customer. It stands under the name in the list.',
  additionalInformation: 'The customer can read this.',
  domain: 'With it a subscription is created.',
  plan: 'Of the subscription. Where it is empty, the plan chosen above.',
  host: 'Where it is empty, the best one is chosen.',
  status: 'Active or Suspended.',
  kind: 'Of a list that was downloaded here: only customers are imported.',
  provider: 'Of a list that was downloaded here: only customers of your own are imported.',
}

/** What only our own lists have is not asked for. */
const inTemplate = (c: C) =>
  offered(c).filter(({ name }) => !['kind', 'provider', 'status'].includes(name))

export const templateColumns = (c: C): ListColumn<Record<string, string>>[] =>
  inTemplate(c).map(({ name }) => ({
    name,
    label: c.var.t(labelOf(name)),
    text: (row) => row[name] ?? '',
  }))

type Left = Wrong & { line: number }

/** Line and reason are not read again. */
export const leftColumns = (c: C): ListColumn<Left>[] => [
  { name: 'line', label: c.var.t('Line'), text: ({ line }) => line },
  {
    name: 'reason',
    label: c.var.t('Reason'),
    text: ({ why }) => why.map(({ sentence, words }) => c.var.t(sentence, words)).join(' '),
  },
  ...columns.map(({ name }) => ({
    name,
    label: c.var.t(labelOf(name)),
    text: ({ typed }: Left) => typed[name] ?? '',
  })),
]
