import { doer } from '../audit/actor.ts'
import type { ListColumn } from '../web/columns.ts'
import { day, oneOf, reference, search } from '../web/fields.ts'
import type { Translate } from '../web/i18n.ts'
import type { FiltersOf, ListRules } from '../web/list.ts'
import { isTemplate, templateNames, templates } from './catalogue.ts'
import type { ListedMessage } from './list.ts'
import { messageState, messages } from './schema.ts'
import { messageStates } from './states.ts'

export const outboxRules = {
  sorts: { at: messages.createdAt },
  sort: '-at',
  id: messages.id,
  filters: {
    q: search(),
    state: oneOf(messageState.enumValues),
    template: oneOf(templateNames),
    account: reference(),
    from: day(),
    to: day(),
  },
} satisfies ListRules

export type AskedMessages = FiltersOf<typeof outboxRules>

/** What kind of mail it is, in English; one of a version to come by its own name. */
export const kindOf = (template: string): string =>
  isTemplate(template) ? templates[template].label : template

export const outboxColumns = (t: Translate): ListColumn<ListedMessage>[] => [
  { name: 'subject', label: t('Subject'), always: true, text: ({ subject }) => subject },
  { name: 'kind', label: t('Kind'), fileOnly: true, text: ({ template }) => t(kindOf(template)) },
  { name: 'to', label: t('To'), text: ({ toName }) => toName },
  { name: 'address', label: t('E-mail'), fileOnly: true, text: ({ toAddress }) => toAddress },
  { name: 'state', label: t('State'), text: ({ state }) => t(messageStates[state].label) },
  { name: 'reason', label: t('Reason'), fileOnly: true, text: ({ reason }) => t(reason) },
  { name: 'tries', label: t('Tries'), end: true, rare: true, text: ({ tries }) => tries },
  { name: 'by', label: t('Asked for by'), text: ({ actorName }) => doer(t, actorName) },
  { name: 'at', label: t('When'), sort: 'at', text: ({ createdAt }) => createdAt },
  { name: 'sent', label: t('Sent'), rare: true, text: ({ sentAt }) => sentAt },
]
