import { doer } from '../audit/actor.ts'
import { accountName, choicesOf } from '../lists/choices.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { day, oneOf, reference, search } from '../web/fields.ts'
import type { PanelField } from '../web/filter-panel.ts'
import type { Translate } from '../web/i18n.ts'
import type { FiltersOf, ListRules } from '../web/list.ts'
import type { Names } from '../web/names.ts'
import { told } from '../web/told.ts'
import type { ListedJob } from './list.ts'
import { jobState, jobs } from './schema.ts'
import { kindLabels, type Spoken, stateWords } from './words.ts'

export type ShownJob = ListedJob & Names & Spoken

/** The list has an order of its own: what is open comes first, each part from the newest down. */
export const jobRules = {
  sorts: { id: jobs.id },
  sort: '-id',
  id: jobs.id,
  filters: {
    q: search(),
    state: oneOf(jobState.enumValues),
    kind: oneOf(Object.keys(kindLabels)),
    host: reference(),
    account: reference(),
    subscription: reference(),
    batch: reference(),
    from: day(),
    to: day(),
  },
} satisfies ListRules

export type AskedJobs = FiltersOf<typeof jobRules>

export const jobColumns = (t: Translate): ListColumn<ShownJob>[] => [
  { name: 'job', label: t('Job'), always: true, text: (job) => t(job.label) },
  { name: 'id', label: t('ID'), rare: true, end: true, text: (job) => job.id },
  { name: 'of', label: t('Subscription'), fileOnly: true, text: (job) => job.domain },
  { name: 'state', label: t('State'), text: (job) => t(job.status.label) },
  {
    name: 'reason',
    label: t('Reason'),
    fileOnly: true,
    text: (job) => told(t, job.said, t(job.reason)),
  },
  { name: 'host', label: t('Host'), text: (job) => job.host },
  { name: 'actor', label: t('Asked for by'), text: (job) => doer(t, job.actorName) },
  { name: 'when', label: t('When'), text: (job) => job.createdAt },
  { name: 'duration', label: t('Duration'), end: true },
  { name: 'finished', label: t('Finished'), fileOnly: true, text: (job) => job.finishedAt },
]

export async function jobPanel(c: C, asked: AskedJobs): Promise<PanelField[]> {
  const { db, actor, t } = c.var
  const [{ hosts }, customer] = await Promise.all([
    choicesOf(db, actor, {}),
    asked.account === undefined ? '' : accountName(db, actor, asked.account),
  ])
  const fields: PanelField[] = [
    { name: 'state', label: t('State'), options: options(stateWords, ({ label }) => t(label)) },
    { name: 'kind', label: t('Kind'), options: options(kindLabels, (label) => t(label)) },
    { name: 'host', label: t('Host'), options: hosts },
    { name: 'account', label: t('Customer'), said: customer },
    { name: 'subscription', label: t('Subscription') },
    { name: 'batch', label: t('Bulk action') },
    { name: 'from', label: t('From'), date: true },
    { name: 'to', label: t('Until'), date: true },
  ]
  return fields.filter((field) => field.options === undefined || field.options.length > 0)
}

const options = <Word>(words: Readonly<Record<string, Word>>, label: (word: Word) => string) =>
  Object.entries(words).map(([value, word]) => ({ value, label: label(word) }))
