import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import { amongWritten } from '../db/many.ts'
import { choicesOf } from '../lists/choices.ts'
import { planUse } from '../subscriptions/plan-users.ts'
import type { C } from '../web/env.ts'
import { contains, type FiltersOf } from '../web/list.ts'
import type { ListSource } from '../web/listed.ts'
import { visiblePlans } from './access.ts'
import { kindsFor, labelled } from './kinds.ts'
import { type ListedPlan, planColumns, planRules } from './plan-list-fields.ts'
import { plans } from './schema.ts'

export const planSource: ListSource<typeof planRules, ListedPlan> = {
  rules: planRules,
  columns: planColumns,
  panel: async (c, asked) => {
    const { db, actor, t } = c.var
    const { providers } = await choicesOf(db, actor, asked)
    const kinds = kindsFor(actor).map(({ value, label }) => ({ value, label: t(label) }))
    const fields = [
      { name: 'kind', label: t('Kind'), options: kinds },
      { name: 'provider', label: t('Owner'), options: providers },
    ]
    return fields.filter(({ options }) => options.length > 0)
  },
  branches: (c, asked) => [sql`select ${plans.id} from ${plans} where ${matching(c, asked)}`],
  rows: async (c, list, few) => {
    const { db } = c.var
    const those = few?.ids ? amongWritten(plans.id, few.ids) : matching(c, list.filters)
    const rows = await db
      .select({ ...getTableColumns(plans), ownerName: accounts.name, cursor: list.cursor })
      .from(plans)
      .innerJoin(accounts, eq(accounts.id, plans.ownerId))
      .where(and(those, list.where))
      .orderBy(...list.order)
      .limit(list.limit)
    const uses = await planUse(
      db,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => ({
      ...row,
      kindLabel: labelled(row.kind).label,
      uses: uses.get(row.id)!,
    }))
  },
  count: ({ var: { t } }, { count, more }) =>
    more ? t('More than {count} plans', { count }) : t('{count} {count|plan|plans}', { count }),
}

const matching = ({ var: { actor } }: C, asked: FiltersOf<typeof planRules>): SQL =>
  and(
    visiblePlans(actor),
    contains(sql`${plans.name} || ' ' || ${plans.title}`, asked.q),
    asked.kind && eq(plans.kind, asked.kind),
    asked.provider === undefined ? undefined : eq(plans.ownerId, asked.provider),
  )!
