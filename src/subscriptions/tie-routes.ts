import { Hono } from 'hono'
import { z } from 'zod'
import { maySell } from '../accounts/access.ts'
import { Forbidden, Invalid, NotFound, Stale } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { offeredPlans } from '../plans/access.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import {
  attempt,
  changed,
  type FailedForm,
  invalid,
  page,
  parseForm,
  tell,
} from '../web/respond.ts'
import { sellerOf } from './creation.ts'
import type { Overdrawn } from './overdrawn.ts'
import { type Affected, type Detail, type Effect, type Effects, effects } from './plan-effects.ts'
import { shortAt } from './short-at.ts'
import { changeTie } from './tie-change.ts'
import { chosen, type Judged, type Tie, tieChanges } from './tie-judgement.ts'
import { previewTie } from './tie-preview.ts'

const most = 1000

const ids = z
  .union([z.string().transform((one) => [one]), z.array(z.string())], 'Choose subscriptions first.')
  .pipe(z.array(z.string().regex(/^[1-9][0-9]{0,14}$/)).max(most))
  .transform((typed) => [...new Set(typed.map(Number))])

const tieForm = z
  .strictObject({
    id: ids,
    change: oneOf(tieChanges),
    plan: optionalReference().default(null),
    addOn: optionalReference().default(null),
    seen: z.string().max(100).default(''),
  })
  .transform(({ id, change, plan, addOn, seen }) => {
    const planId = change === 'custom' ? null : change === 'plan' ? plan : addOn
    return { ids: id, tie: { change, planId } satisfies Tie, seen }
  })
  .refine(({ tie: { change, planId } }) => change !== 'plan' || planId !== null, {
    path: ['plan'],
    error: 'Choose from the list.',
  })
  .refine(({ tie: { change, planId } }) => !['add', 'remove'].includes(change) || planId !== null, {
    path: ['addOn'],
    error: 'Choose from the list.',
  })

export interface TiePage {
  chosen: { id: number; domain: string }[]
  plans: Option[]
  addOns: Option[]
  /** what would happen; null before anything is asked for */
  preview: Preview | null
  form: FailedForm | undefined
}

export interface Preview {
  tie: Tie
  seen: string
  will: number
  unlocked: number
  wont: { id: number; domain: string; reason: string }[]
  counts: { effect: Effect; count: number }[]
  /** who gets other values, those together for whom they differ in the same */
  changes: Changes[]
  overdrawn: Overdrawn[]
}

interface Changes {
  count: number
  /** the first of them */
  domains: string[]
  details: Detail[]
}

export const tieRoutes = new Hono<Env>()

  .get('/subscriptions/tie', async (c) => {
    const asked = ids.safeParse(c.req.queries('id') ?? [])
    if (!asked.success || asked.data.length === 0) return none(c)
    return page(c, 'subscriptions/tie', await tiePage(c, asked.data, null))
  })

  // P-34 to P-36: without the mark of a preview it is one
  .post('/subscriptions/tie', async (c) => {
    refuseCustomers(c)
    const { db, actor } = c.var
    const asked = await parseForm(c, tieForm)
    if (!asked.ok) return refused(c, asked)
    const { ids, tie, seen } = asked.values
    if (seen === '') {
      const data = await tiePage(c, ids, tie)
      return page(c, 'subscriptions/tie', data, data.form ? 422 : 200)
    }

    let late = false
    const form = await attempt(c, tieForm, () =>
      changeTie(db, actor, ids, tie, seen).catch((refusal) => {
        if (!(refusal instanceof Stale)) return shortAt(fieldOf(tie))(refusal)
        late = true
        throw new Invalid('', refusal.message)
      }),
    )
    if (!form.ok) {
      return page(c, 'subscriptions/tie', await tiePage(c, ids, tie, form), late ? 409 : 422)
    }
    tell(c, '{count} {count|subscription was|subscriptions were} changed.', { count: form.result })
    return changed(c, '/subscriptions')
  })

const fieldOf = ({ change }: Tie) => (change === 'plan' || change === 'custom' ? 'plan' : 'addOn')

/** A form without any is no attack: somebody forgot the boxes. */
function none(c: C) {
  refuseCustomers(c)
  tell(c, 'Choose subscriptions first.')
  return changed(c, '/subscriptions')
}

async function refused(c: C, form: FailedForm) {
  const asked = ids.safeParse(form.values.id)
  if (!asked.success) throw new NotFound()
  const data = await tiePage(c, asked.data, null, form)
  return invalid(c, 'subscriptions/tie', 'subscriptions/tie', data)
}

async function tiePage(c: C, ids: number[], tie: Tie | null, form?: FailedForm): Promise<TiePage> {
  const { db, actor } = c.var
  const rows = await chosen(db, actor, ids)
  const sellers = [...new Set(rows.map(({ account }) => sellerOf(account)))]
  const preview = tie && (await previewOf(c, ids, tie))
  return {
    chosen: rows.map(({ id, domain }) => ({ id, domain: shownDomain(domain) })),
    plans: await options(c, sellers, 'service'),
    addOns: await options(c, sellers, 'add-on'),
    preview,
    form: form ?? (preview ? shortage(c, preview) : undefined),
  }
}

/** told at the field that asks for too much, before anybody can confirm it. */
function shortage({ var: { t } }: C, { tie, overdrawn }: Preview): FailedForm | undefined {
  if (overdrawn.length === 0) return undefined
  const sentence = '{property!}: {reseller} would have sold {sold}, but has only {limit} to sell.'
  const told = overdrawn.map((short) => t(sentence, { ...short }))
  return { ok: false, values: {}, errors: { [fieldOf(tie)]: told } }
}

async function previewOf(c: C, ids: number[], tie: Tie): Promise<Preview> {
  const { judged, effects, overdrawn, seen } = await previewTie(c.var.db, c.var.actor, ids, tie)
  const going = judged.filter(({ reason }) => reason === null)
  return {
    tie,
    seen,
    counts: countsOf(effects),
    changes: changesOf(effects.changed, judged),
    overdrawn,
    will: going.length,
    unlocked: ['plan', 'custom'].includes(tie.change)
      ? going.filter(({ locked }) => locked).length
      : 0,
    wont: judged.flatMap(({ id, domain, reason }) =>
      reason === null ? [] : [{ id, domain: shownDomain(domain), reason }],
    ),
  }
}

const countsOf = (all: Effects) =>
  effects
    .map((effect) => ({ effect, count: all[effect].flatMap(({ ids }) => ids).length }))
    .filter(({ effect, count }) => count > 0 && effect !== 'changed')

const mostNames = 5

/** The largest group first. */
function changesOf(changed: Affected[], judged: Judged[]): Changes[] {
  const names = new Map(judged.map(({ id, domain }) => [id, shownDomain(domain)]))
  const alike = Map.groupBy(changed, ({ details }) => JSON.stringify(details))
  return [...alike.values()]
    .map((same) => {
      const ids = same.flatMap(({ ids }) => ids)
      const domains = ids.slice(0, mostNames).map((id) => names.get(id)!)
      return { count: ids.length, domains, details: same[0]!.details }
    })
    .sort((one, other) => other.count - one.count)
}

/** On offer at any of these sellers; where one has it not, the preview says so. */
async function options(c: C, sellers: number[], kind: 'service' | 'add-on'): Promise<Option[]> {
  const found = await Promise.all(sellers.map((seller) => offeredPlans(c.var.db, seller, kind)))
  const all = new Map(found.flat().map((plan) => [plan.id, plan]))
  return [...all.values()].map(({ id, name, title }) => ({ value: id, label: title || name }))
}

function refuseCustomers(c: C) {
  if (!maySell(c.var.actor)) throw new Forbidden('Only the provider can change this.')
}
