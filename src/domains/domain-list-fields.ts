import { and, eq, type SQL, sql } from 'drizzle-orm'
import { shownDomain } from '../names/domain.ts'
import { contentSorts } from '../subscriptions/content-list-fields.ts'
import { domains } from '../subscriptions/schema.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { certificates } from './schema.ts'

export const kindNames = {
  main: 'Main domain',
  domain: 'Domain',
  subdomain: 'Subdomain',
  alias: 'Account',
  redirect: 'Address',
} as const

type Kind = keyof typeof kindNames

const { id, name, kind, address, createdAt } = domains

const certificate = (what: SQL) =>
  sql`(select ${what} from ${certificates} where ${certificates.domainId} = ${id})`

/** The fields of both lists of names. */
export const ownFields = {
  ...{ id, name, kind, address, createdAt },
  validUntil: sql<Date | null>`${certificate(sql`${certificates.validUntil}`)}`.mapWith(
    certificates.validUntil,
  ),
  failing: sql<boolean>`coalesce(${certificate(sql`${certificates.failures} > 0`)}, false)`,
  /** and somebody has to bring the next one */
  expiresSoon: sql<boolean>`coalesce(${certificate(sql`${certificates.dueAt} is null
    and ${certificates.validUntil} < now() + interval '14 days'`)}, false)`,
}

export const nameSorts = { name, ...contentSorts, created: createdAt }

/** The kinds are words of ours: as such Postgres knows which index has just them. */
export const ofKinds = (kinds: readonly Kind[], asked: Kind | undefined) => ({
  table: domains,
  words: sql`both_spellings(${name})`,
  names: true,
  only: and(
    sql`${kind} in (${sql.raw(kinds.map((one) => `'${one}'`).join(', '))})`,
    asked && eq(kind, asked),
  ),
})

export const kindOptions = ({ var: { t } }: C, kinds: readonly Kind[]) =>
  kinds.map((value) => ({ value, label: t(kindNames[value]) }))

/** As people read it (F-1). */
export const toldName = <Row extends { name: string }>(row: Row): Row => ({
  ...row,
  name: shownDomain(row.name),
})

type Ending = ListColumn<{ suspended: boolean; createdAt: Date }>

/** How it stands, and since when it is there. */
export const lastColumns = ({ var: { t } }: C): Ending[] => [
  {
    name: 'status',
    label: t('Status'),
    text: ({ suspended }) => (suspended ? t('Suspended') : t('Active')),
  },
  {
    ...{ name: 'created', label: t('Created'), sort: 'created', rare: true },
    text: (row) => row.createdAt,
  },
]
