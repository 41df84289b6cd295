import { sql } from 'drizzle-orm'
import { shownDomain } from '../names/domain.ts'
import { contentSorts } from '../subscriptions/content-list-fields.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { addressColumn } from './access.ts'
import type { mailboxes, mailingLists } from './schema.ts'

type Table = typeof mailboxes | typeof mailingLists

export const mailOf = (table: Table) => ({
  table,
  words: sql`both_spellings(${addressColumn(table)})`,
})

/** The fields that both have. */
export const ownFields = (table: Table) => ({
  id: table.id,
  local: table.local,
  domain: table.domain,
  createdAt: table.createdAt,
})

/** By domain first, so that those of one stand together. */
export const addressSorts = (table: Table) => ({
  address: sql`${table.domain} || '@' || ${table.local}`,
  ...contentSorts,
  created: table.createdAt,
})

interface Row {
  local: string
  domain: string
  createdAt: Date
}

export const addressFirst = ({ var: { t } }: C): ListColumn<Row> => ({
  ...{ name: 'address', label: t('Address'), sort: 'address', always: true },
  text: ({ local, domain }) => `${local}@${domain}`,
})

export const createdLast = ({ var: { t } }: C): ListColumn<Row> => ({
  ...{ name: 'created', label: t('Created'), sort: 'created', rare: true },
  text: ({ createdAt }) => createdAt,
})

/** As people read it (F-1). */
export const toldDomain = <R extends { domain: string }>(row: R): R => ({
  ...row,
  domain: shownDomain(row.domain),
})
