import { and, eq, getTableColumns, ne, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { visibleAccounts } from '../accounts/access.ts'
import { accounts } from '../accounts/schema.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { changePlanAndSync } from '../subscriptions/plan-sync.ts'
import { planUse } from '../subscriptions/plan-users.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, oneOf, optionalLine, search, wholeNumber } from '../web/fields.ts'
import { contains, type List, readList } from '../web/list.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findPlan, mayMakePlans, visiblePlans } from './access.ts'
import { initialValues, type Values } from './catalogue.ts'
import type { PlanEdit } from './change.ts'
import { capOf } from './contract.ts'
import { createPlan } from './creation.ts'
import { type Difference, differences } from './differences.ts'
import { valuesForm } from './form.ts'
import { kindLabels } from './kind-labels.ts'
import { type Plan, type PlanKind, planKinds, plans } from './schema.ts'
import { type Section, sections } from './sections.ts'
import { values, within } from './values.ts'

export interface Kind {
  value: PlanKind
  label: string
}

const one = '/plans/:id{[1-9][0-9]{0,14}}'

export interface ListedPlan extends Plan {
  kindLabel: string
  ownerName: string
  uses: number
}

export interface PlanList {
  list: List<ListedPlan, { q?: string; kind?: PlanKind }>
  /** those that the actor can have */
  kinds: Kind[]
  mayMake: boolean
  /** there are plans, but nobody has been sold one */
  nobodyYet: boolean
}

export interface PlanPage {
  kind: Kind
  /** null while it is a new one */
  plan: Plan | null
  uses: number
  /** that the form was drawn from */
  version: number
  /** to choose from, while it is new */
  kinds: Kind[]
  sections: Section[]
  mayChange: boolean
  /** what somebody else saved meanwhile, and what was typed here (F-73) */
  differences: Difference[]
  form: FailedForm | undefined
}

const planList = {
  sorts: { name: sql`lower(${plans.name})`, owner: sql`lower(${accounts.name})` },
  sort: 'name',
  id: plans.id,
  filters: { q: search(), kind: oneOf(planKinds) },
} as const

const text = {
  name: z
    .string('Required')
    .min(1, { error: 'Required: letters and digits only.', abort: true })
    .max(60, 'Use at most {maximum} characters.')
    .regex(/^[A-Za-z0-9]+$/, 'Letters and digits only: no space, hyphen or other sign.'),
  title: optionalLine(200),
  hidden: checkbox(),
  notForResellers: checkbox(),
}
const newForm = (kind: PlanKind, cap: Values | null) =>
  z.intersection(z.strictObject({ ...text, kind: z.literal(kind) }), valuesForm(kind, cap))
const editForm = (kind: PlanKind, cap: Values | null) =>
  z.intersection(
    z.strictObject({ ...text, note: optionalLine(500), version: wholeNumber() }),
    valuesForm(kind, cap),
  )
export const planRoutes = new Hono<Env>()

  .get('/plans', async (c) => page(c, 'plans/list', await listed(c)))

  .get('/plans/new', async (c) => {
    const kind = allowedKind(c, c.req.query('kind'))
    return page(c, 'plans/edit', await blank(c, kind))
  })

  .post('/plans', async (c) => {
    const { db, actor } = c.var
    const kind = allowedKind(c, c.var.form.get('kind') ?? undefined)
    const cap = await capOf(db, actor.accountId)
    const form = await attempt(c, newForm(kind, cap), ({ kind: _, ...draft }) =>
      createPlan(db, actor, kind, draft),
    )
    if (!form.ok) return invalid(c, 'plans/edit', 'plans/_form', await blank(c, kind, form))

    tell(c, 'Plan {name} was created.', { name: form.result.name })
    return changed(c, '/plans')
  })

  .get(one, async (c) => page(c, 'plans/edit', await present(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const { id, kind, ownerId } = await findPlan(db, actor, number(c))
    let refused: PlanEdit | undefined
    const form = await attempt(c, editForm(kind, await capOf(db, ownerId)), (edit) =>
      changePlanAndSync(db, actor, id, edit).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        refused = edit
        throw new Invalid('', refusal.message)
      }),
    )
    if (!form.ok && refused) return page(c, 'plans/edit', await present(c, form, refused), 409)
    if (!form.ok) return invalid(c, 'plans/edit', 'plans/_form', await present(c, form))

    tellChange(c, form.result)
    return changed(c, '/plans')
  })

async function listed(c: C): Promise<PlanList> {
  const { db, actor } = c.var
  const list = readList(c, planList)
  const rows = await db
    .select({ ...getTableColumns(plans), ownerName: accounts.name, cursor: list.cursor })
    .from(plans)
    .innerJoin(accounts, eq(accounts.id, plans.ownerId))
    .where(
      and(
        visiblePlans(actor),
        contains(sql`${plans.name} || ' ' || ${plans.title}`, list.filters.q),
        list.filters.kind && eq(plans.kind, list.filters.kind),
        list.where,
      ),
    )
    .orderBy(...list.order)
    .limit(list.limit)
  const shown = list.of(rows)
  const uses = await planUse(
    db,
    shown.rows.map(({ id }) => id),
  )
  return {
    list: {
      ...shown,
      rows: shown.rows.map((row) => ({
        ...row,
        kindLabel: kindLabels[row.kind],
        uses: uses.get(row.id) ?? 0,
      })),
    },
    kinds: kindsOf(c),
    mayMake: mayMakePlans(actor),
    nobodyYet: mayMakePlans(actor) && (await nobodyYet(c)),
  }
}

async function blank(c: C, kind: PlanKind, form?: FailedForm): Promise<PlanPage> {
  const { db, actor } = c.var
  const cap = await capOf(db, actor.accountId)
  const start = initialValues(kind)
  return {
    kind: labelled(kind),
    plan: null,
    uses: 0,
    version: 0,
    kinds: kindsOf(c),
    sections: sections(kind, cap ? within(cap, start) : start, cap, wrongOf(form)),
    mayChange: true,
    differences: [],
    form,
  }
}

async function present(c: C, form?: FailedForm, refused?: PlanEdit): Promise<PlanPage> {
  const { db, actor } = c.var
  const plan = await findPlan(db, actor, number(c))
  const cap = await capOf(db, plan.ownerId)
  return {
    kind: labelled(plan.kind),
    plan,
    uses: (await planUse(db, [plan.id])).get(plan.id) ?? 0,
    version: form && !refused ? Number(form.values.version) : plan.version,
    kinds: [],
    sections: sections(plan.kind, values(plan.values), cap, wrongOf(form)),
    mayChange: mayMakePlans(actor, plan.kind),
    differences: refused ? differences(plan, refused) : [],
    form,
  }
}

async function nobodyYet(c: C): Promise<boolean> {
  const { db, actor } = c.var
  const [somebody] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      and(visibleAccounts(actor), ne(accounts.kind, 'admin'), ne(accounts.id, actor.accountId)),
    )
    .limit(1)
  return !somebody
}

type Change = Awaited<ReturnType<typeof changePlanAndSync>>

function tellChange(c: C, { plan: { name }, changed, followed }: Change) {
  if (!changed) tell(c, 'Nothing was changed in plan {name}.', { name })
  else if (followed === 0) tell(c, 'Plan {name} was changed.', { name })
  else
    tell(c, 'Plan {name} was changed, and {followed} that {followed|has|have} it.', {
      name,
      followed,
    })
}

const number = (c: C) => Number(c.req.param('id'))

/** Said before anything is read, so that nobody fills in what they may not send. */
function allowedKind(c: C, asked: string | undefined): PlanKind {
  const kind = planKinds.find((kind) => kind === asked) ?? 'service'
  if (!mayMakePlans(c.var.actor, kind)) throw new Forbidden('You cannot make plans of this kind.')
  return kind
}

/** Resellers are the admin's to sell to. */
const kindsOf = (c: C) =>
  planKinds.filter((kind) => kind !== 'reseller' || c.var.actor.kind === 'admin').map(labelled)

const labelled = (value: PlanKind): Kind => ({ value, label: kindLabels[value] })

const wrongOf = (form: FailedForm | undefined) => Object.keys(form?.errors ?? {})
