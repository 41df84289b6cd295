import { and, desc, eq, lt } from 'drizzle-orm'
import { Hono } from 'hono'
import type { C, Env } from '../web/env.ts'
import { page } from '../web/respond.ts'
import { findPlan, mayMakePlans } from './access.ts'
import type { Values } from './catalogue.ts'
import { type Difference, differences } from './differences.ts'
import { number } from './plan-fields.ts'
import { type Plan, planVersions } from './schema.ts'
import { type TypedField, typedEdit } from './typed.ts'
import { values } from './values.ts'

export interface ShownVersion {
  version: number
  at: Date
  authorName: string
  note: string
  /** to the version before it; null: it is the first */
  differences: Difference[] | null
  /** what going back to it sends; null: it is in force */
  typed: TypedField[] | null
}

export interface VersionsPage {
  plan: Plan
  versions: ShownVersion[]
  /** address of those before them */
  next: string | null
}

const size = 20

export const planVersionRoutes = new Hono<Env>().get(
  '/plans/:id{[1-9][0-9]{0,14}}/versions',
  async (c) => page(c, 'plans/versions', await versions(c)),
)

/** The newest first; one more is read, for the last one shown differs from it. */
async function versions(c: C): Promise<VersionsPage> {
  const { db, actor } = c.var
  const plan = await findPlan(db, actor, number(c))
  const before = c.req.query('before') ?? ''
  const rows = await db
    .select()
    .from(planVersions)
    .where(
      and(
        eq(planVersions.planId, plan.id),
        /^[1-9][0-9]{0,8}$/.test(before) ? lt(planVersions.version, Number(before)) : undefined,
      ),
    )
    .orderBy(desc(planVersions.version))
    .limit(size + 1)
  const shown = rows.slice(0, size)
  return {
    plan,
    versions: shown.map((row, index) => ({
      ...row,
      differences: index + 1 < rows.length ? between(plan, rows[index + 1]!, row) : null,
      typed:
        row.version !== plan.version && mayMakePlans(actor, plan.kind)
          ? typedEdit(plan.kind, {
              ...draft(plan, row),
              version: plan.version,
              note: c.var.t('Back to version {version}', { version: row.version }),
            })
          : null,
    })),
    next: rows.length > size ? `/plans/${plan.id}/versions?before=${shown.at(-1)!.version}` : null,
  }
}

type Kept = Pick<Plan, 'name' | 'title'> & { values: Partial<Values> }

const between = (plan: Plan, from: Kept, to: Kept) =>
  differences(draft(plan, from), draft(plan, to))

/** Versions keep what was sold, not to whom it is offered: that stays as it is. */
const draft = ({ hidden, notForResellers }: Plan, { name, title, values: kept }: Kept) => ({
  hidden,
  notForResellers,
  name,
  title,
  values: values(kept),
})
