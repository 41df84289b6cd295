import { statusNames } from '../accounts/list-fields.ts'
import { accountName, choicesOf } from '../lists/choices.ts'
import type { C } from '../web/env.ts'
import type { PanelField } from '../web/filter-panel.ts'
import { type AskedSubscriptions, overOptions, syncNames } from './list-fields.ts'
import { subscriptionStatuses, syncStates } from './matching.ts'

/** P-16 */
export async function subscriptionPanel(c: C, asked: AskedSubscriptions): Promise<PanelField[]> {
  const { db, actor, t } = c.var
  const [customer, { providers, plans, hosts }] = await Promise.all([
    asked.account === undefined ? '' : accountName(db, actor, asked.account),
    choicesOf(db, actor, asked, c.get('offered')),
  ])
  const fields: PanelField[] = [
    {
      name: 'status',
      label: t('Status'),
      options: subscriptionStatuses.map((value) => ({ value, label: t(statusNames[value]) })),
    },
    {
      name: 'sync',
      label: t('Sync'),
      options: syncStates.map((value) => ({ value, label: t(syncNames[value]) })),
    },
    { name: 'account', label: t('Customer'), said: customer },
    { name: 'provider', label: t('Provider'), options: providers },
    { name: 'plan', label: t('Plan'), options: plans },
    { name: 'host', label: t('Host'), options: hosts },
    { name: 'over', label: t('Over limit'), options: overOptions(t) },
    { name: 'from', label: t('Created from'), date: true },
    { name: 'to', label: t('Created until'), date: true },
  ]
  return fields.filter(({ options }) => options === undefined || options.length > 0)
}
