import { accountKinds } from '../audit/actor.ts'
import { choicesOf } from '../lists/choices.ts'
import { overOptions } from '../subscriptions/list-fields.ts'
import { accountStatuses } from '../subscriptions/matching-accounts.ts'
import type { C } from '../web/env.ts'
import type { PanelField } from '../web/filter-panel.ts'
import { type AskedAccounts, kindNames, statusNames } from './list-fields.ts'

/** P-16 */
export async function accountPanel(c: C, asked: AskedAccounts): Promise<PanelField[]> {
  const { db, actor, t } = c.var
  const { providers, plans, hosts } = await choicesOf(db, actor, asked, c.get('offered'))
  const fields: PanelField[] = [
    {
      name: 'status',
      label: t('Status'),
      options: accountStatuses.map((value) => ({ value, label: t(statusNames[value]) })),
    },
    {
      name: 'kind',
      label: t('Kind'),
      options: accountKinds.map((value) => ({ value, label: t(kindNames[value]) })),
    },
    { name: 'provider', label: t('Provider'), options: providers },
    { name: 'plan', label: t('Plan'), options: plans },
    { name: 'host', label: t('Host'), options: hosts },
    { name: 'over', label: t('Over limit'), options: overOptions(t) },
    { name: 'from', label: t('Created from'), date: true },
    { name: 'to', label: t('Created until'), date: true },
  ]
  return fields.filter(({ options }) => options === undefined || options.length > 0)
}
