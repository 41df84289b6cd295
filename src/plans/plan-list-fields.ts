import { sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Some } from '../db/some.ts'
import type { ListColumn } from '../web/columns.ts'
import type { C } from '../web/env.ts'
import { oneOf, reference, search } from '../web/fields.ts'
import type { ListRules } from '../web/list.ts'
import { labelled } from './kinds.ts'
import { type Plan, planKinds, plans } from './schema.ts'

export const planRules = {
  sorts: {
    name: sql`lower(${plans.name})`,
    owner: sql`lower(${accounts.name})`,
    id: plans.id,
  },
  sort: 'name',
  id: plans.id,
  filters: { q: search(), kind: oneOf(planKinds), provider: reference() },
} satisfies ListRules

export interface ListedPlan extends Plan {
  kindLabel: string
  ownerName: string
  uses: Some
  cursor: string
}

export function planColumns({ var: { t, actor } }: C): ListColumn<ListedPlan>[] {
  const columns: (ListColumn<ListedPlan> | false)[] = [
    { name: 'name', label: t('Name'), sort: 'name', always: true, text: (plan) => plan.name },
    { name: 'id', label: t('ID'), sort: 'id', rare: true, text: (plan) => plan.id },
    { name: 'title', label: t('Title'), fileOnly: true, text: (plan) => plan.title },
    { name: 'kind', label: t('Kind'), text: (plan) => t(labelled(plan.kind).label) },
    actor.kind === 'admin' && {
      ...{ name: 'owner', label: t('Owner'), sort: 'owner' },
      text: (plan) => plan.ownerName,
    },
    ...(['disk', 'traffic', 'mailboxes'] as const).map((key) => ({
      ...{ name: key, label: t(amounts[key]), end: true },
      text: (plan: ListedPlan) => plan.values[key],
    })),
    { name: 'action', label: t('Action') },
    // S-23: the last one
    {
      ...{ name: 'uses', label: t('In use'), end: true },
      text: ({ uses: { count, more } }) =>
        more ? t('More than {amount}', { amount: count }) : count,
    },
  ]
  return columns.filter((column) => column !== false)
}

const amounts = { disk: 'Disk space', traffic: 'Traffic', mailboxes: 'Mailboxes' } as const
