import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { day, oneOf, reference, search } from '../web/fields.ts'
import type { Translate } from '../web/i18n.ts'
import type { FiltersOf, ListRules } from '../web/list.ts'
import { doer } from './actor.ts'
import type { ListedEntry } from './entries.ts'
import { auditEntries } from './schema.ts'
import { type Change, told } from './told-fields.ts'
import { actionWord, actionWords, objectWords, pageOf } from './words.ts'

export const auditRules = {
  sorts: { at: auditEntries.at },
  sort: '-at',
  id: auditEntries.id,
  filters: {
    q: search(),
    action: oneOf(Object.keys(actionWords)),
    kind: oneOf(Object.keys(objectWords)),
    account: reference(),
    actor: reference(),
    from: day(),
    to: day(),
  },
} satisfies ListRules

export type AskedEntries = FiltersOf<typeof auditRules>

export interface ShownEntry extends ListedEntry {
  /** what happened: a word for `t` */
  word: string
  object: string
  /** the object's page, if it has one */
  page: string | null
  told: Change[]
}

export const shown = ({ var: reader }: C, entry: ListedEntry): ShownEntry => ({
  ...entry,
  word: actionWord(entry.action),
  object: objectWords[entry.objectKind] ?? entry.objectKind,
  page: pageOf(entry.objectKind, entry.objectId),
  told: told(reader, entry.changes),
})

export const auditColumns = (t: Translate): ListColumn<ShownEntry>[] => [
  { name: 'what', label: t('What'), always: true, text: (entry) => t(entry.word) },
  { name: 'at', label: t('When'), sort: 'at', text: (entry) => entry.at },
  { name: 'who', label: t('Who'), text: (entry) => doer(t, entry.actorName) },
  { name: 'as', label: t('In the account of'), fileOnly: true, text: (entry) => entry.subjectName },
  {
    name: 'object',
    label: t('On what'),
    text: (entry) => `${t(entry.object)} ${entry.objectName}`,
  },
  {
    name: 'changes',
    label: t('Old → new'),
    text: ({ told }) => told.map(({ name, from, to }) => `${name}: ${from} → ${to}`).join('; '),
  },
  { name: 'token', label: t('By token'), fileOnly: true, text: (entry) => entry.token },
  { name: 'address', label: t('From where'), text: (entry) => entry.address },
]
