import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { assertStays, findAccount } from '../accounts/access.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import { Conflict, Forbidden, Invalid, Stale } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { type Difference, valueDifferences } from '../plans/differences.ts'
import { mayConvert } from '../subscriptions/conversion.ts'
import { subscriptions } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { optionalReference, reference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, page, parseForm } from '../web/respond.ts'
import { accept, preview, sameOptions } from './acceptance.ts'
import type { Told } from './action.ts'
import { plansOf, providerOptions } from './choice-fields.ts'
import { type Move, moveAccounts } from './moving.ts'
import { movedWith } from './moving-judgement.ts'
import { keepSelection } from './selection.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}/move'

/** `plan.17`: of the subscription with that number; empty is Custom. */
const moveForm = z.preprocess(
  (typed) => {
    const all = Object.entries(typed as Record<string, unknown>)
    const own = all.filter(([name]) => name.startsWith('plan.'))
    const rest = all.filter(([name]) => !name.startsWith('plan.'))
    return { ...Object.fromEntries(rest), own: own.map(([name, plan]) => [name.slice(5), plan]) }
  },
  z
    .strictObject({
      to: reference(),
      seen: z.string().max(200).default(''),
      own: z.array(z.tuple([reference(), optionalReference()])),
    })
    .transform(({ to, own, seen }) => ({
      seen,
      options: { to, plan: null, each: [], own: own.toSorted(byId) } satisfies Move,
    })),
)

const byId = ([one]: [number, unknown], [other]: [number, unknown]) => one - other

export interface MovePage {
  account: Account
  provider: string
  providers: Option[]
  moreProviders: boolean
  /** part of a provider's name that was looked for */
  named: string
  to: number | null
  plans: Option[]
  subscriptions: {
    id: number
    domain: string
    planId: number | null
    /** what it gains and loses */
    differences: Difference[]
  }[]
  obstacle: Told | null
  effects: Told[]
  /** nothing stands in the way of exactly this */
  seen: string
  form: FailedForm | undefined
}

export const moveRoutes = new Hono<Env>()

  // P-26: whom to, and then what each subscription gets there
  .get(one, async (c) => {
    const to = /^[1-9][0-9]{0,14}$/.test(c.req.query('to') ?? '') ? Number(c.req.query('to')) : null
    const rows = to === null ? [] : await owned(c, await movable(c), nowhere)
    // what a form that nobody touched sends, so that its preview is this one
    const own = rows.map(({ id }): [number, null] => [id, null]).toSorted(byId)
    return page(c, 'bulk/move', await movePage(c, { to, plan: null, each: [], own }))
  })

  .post(one, async (c) => {
    const { db, actor } = c.var
    const { id } = await movable(c)
    const asked = await parseForm(c, moveForm)
    if (!asked.ok) return page(c, 'bulk/move', await movePage(c, nowhere, asked), 422)
    const { options, seen } = asked.values
    if (!sameOptions(moveAccounts, options, seen)) {
      const data = await movePage(c, options)
      return page(c, 'bulk/move', data, data.form ? 422 : 200)
    }
    let late = false
    const form = await attempt(c, moveForm, async () => {
      const selection = await keepSelection(db, actor, 'account', { ids: [id] })
      return accept(db, actor, selection.id, 'move', moveAccounts, options, seen).catch(
        (refusal) => {
          if (!(refusal instanceof Stale)) throw refusal
          late = true
          throw new Invalid('', refusal.message)
        },
      )
    })
    if (form.ok) return changed(c, `/batches/${form.result}`)
    return page(c, 'bulk/move', await movePage(c, options, form), late ? 409 : 422)
  })

const nowhere: Move = { to: null, plan: null, each: [], own: [] }

async function movable(c: C): Promise<Account> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  if (!mayConvert(actor, account)) throw new Forbidden('Only an admin can do this.')
  assertStays(account)
  return account
}

async function movePage(c: C, options: Move, form?: FailedForm): Promise<MovePage> {
  const { db } = c.var
  const account = await movable(c)
  const [provider] = await db.select().from(accounts).where(eq(accounts.id, account.providerId!))
  const named = (c.req.query('provider') ?? '').slice(0, 100)
  const all = await providerOptions(db, named, options.to)
  const providers = all.providers.filter(
    ({ value }) => value !== account.providerId && value !== account.id,
  )
  const base = {
    account,
    provider: provider!.name,
    providers,
    to: options.to,
    form,
    named,
    moreProviders: all.moreProviders,
  }
  const none = { plans: [], subscriptions: [], obstacle: null, effects: [], seen: '' }
  if (options.to === null) return { ...base, ...none }

  const plans = await plansOf(db, [options.to], 'service')
  try {
    const found = await foreseen(c, account, options)
    return { ...base, plans, ...found }
  } catch (refusal) {
    if (!(refusal instanceof Invalid)) throw refusal
    const error = c.var.t(refusal.message, refusal.words)
    const failed = { ok: false as const, values: {}, errors: { [refusal.field]: [error] } }
    const rows = await owned(c, account, options)
    return { ...base, ...none, plans, subscriptions: rows, form: form ?? failed }
  }
}

async function foreseen(c: C, account: Account, options: Move) {
  const { db, actor } = c.var
  const shown = await preview(db, actor, { ids: [account.id], missing: 0 }, moveAccounts, options)
  const [target] = await db.select().from(accounts).where(eq(accounts.id, options.to!))
  const { all } = await movedWith(db, target!, [account], options)
  const differences = new Map(all.map(({ id, from, to }) => [id, valueDifferences(from, to)]))
  const rows = await owned(c, account, options)
  return {
    subscriptions: rows.map((row) => ({ ...row, differences: differences.get(row.id) ?? [] })),
    obstacle: shown.left[0]?.obstacle ?? null,
    effects: shown.effects,
    seen: shown.seen,
  }
}

async function owned({ var: { db } }: C, { id, kind }: Account, { own }: Move) {
  if (kind === 'reseller') return []
  const rows = await db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      removing: subscriptions.removing,
    })
    .from(subscriptions)
    .where(eq(subscriptions.accountId, id))
    .orderBy(subscriptions.domain)
    .limit(500)
  if (rows.length === 500)
    throw new Conflict('It has too many subscriptions. Move it from the list.')
  const chosen = new Map(own)
  return rows
    .filter(({ removing }) => !removing)
    .map(({ id, domain }) => ({
      id,
      domain: shownDomain(domain),
      planId: chosen.get(id) ?? null,
      differences: [] as Difference[],
    }))
}
