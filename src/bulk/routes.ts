import { Hono } from 'hono'
import { z } from 'zod'
import { accountRules } from '../accounts/list-fields.ts'
import { Invalid, NotFound, Stale } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { subscriptionRules } from '../subscriptions/list-fields.ts'
import { matchingSubscriptions } from '../subscriptions/matching.ts'
import { matchingAccounts } from '../subscriptions/matching-accounts.ts'
import { shownTie, type TieShown } from '../subscriptions/tie-fields.ts'
import type { Tie } from '../subscriptions/tie-judgement.ts'
import { previewTie } from '../subscriptions/tie-preview.ts'
import type { C, Env } from '../web/env.ts'
import { answer } from '../web/failures.ts'
import { checkbox } from '../web/fields.ts'
import { readFilters } from '../web/list.ts'
import { timeZoneOf } from '../web/reader.ts'
import { attempt, changed, type FailedForm, page, parseForm } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { accept, idsOf, type Preview, preview, sameOptions } from './acceptance.ts'
import type { Judged } from './action.ts'
import { actionOf, actions } from './actions.ts'
import { type Choices, choicesFor } from './choice-fields.ts'
import { type EachPage, eachPage } from './each-fields.ts'
import { atFirst, confirmation, initial, type Place } from './option-fields.ts'
import type { PlanChoices } from './plan-choices.ts'
import type { Of, Selection } from './schema.ts'
import { type Chosen, findSelection, keepChoices, keepSelection } from './selection.ts'
import { actionTitles } from './words.ts'

const many = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([])

const chosenForm = z.strictObject({
  id: many,
  /** all that stand on this page, chosen or not: what `page` means */
  row: many,
  page: checkbox(),
  all: checkbox(),
  query: z.string().max(4000).default(''),
  action: z.string().max(20),
})

export interface BulkPage {
  of: Of
  /** of the list */
  list: string
  selection: Selection
  /** what is done; a layout calls something else `action` */
  doing: string
  title: string
  options: Record<string, unknown>
  count: number
  going: number
  /** about as long as it takes */
  seconds: number
  /** the first of them */
  first: Judged[]
  left: Judged[]
  leftCount: number
  noted: Judged[]
  notedCount: number
  effects: Preview['effects']
  missing: number
  seen: string
  undoable: boolean
  choices: Choices
  /** of another plan or add-on */
  tie: TieShown | null
  /** whom a plan of its own can be chosen for */
  each: EachPage
  provider: string
  form: FailedForm | undefined
}

export const bulkRoutes = new Hono<Env>()
  .post('/customers/bulk', sellersOnly, (c) => chosen(c, 'account'))
  .get('/customers/bulk/:selection{[1-9][0-9]{0,14}}', sellersOnly, (c) => shown(c, 'account'))
  .post('/customers/bulk/:selection{[1-9][0-9]{0,14}}', sellersOnly, (c) => confirmed(c, 'account'))
  .post('/subscriptions/bulk', sellersOnly, (c) => chosen(c, 'subscription'))
  .get('/subscriptions/bulk/:selection{[1-9][0-9]{0,14}}', sellersOnly, (c) =>
    shown(c, 'subscription'),
  )
  .post('/subscriptions/bulk/:selection{[1-9][0-9]{0,14}}', sellersOnly, (c) =>
    confirmed(c, 'subscription'),
  )

const lists: Record<Of, string> = { account: '/customers', subscription: '/subscriptions' }

/** What a list sends: kept, and then shown at an address of its own. */
async function chosen(c: C, of: Of) {
  const form = await parseForm(c, chosenForm)
  if (!form.ok || !actionOf(of, form.values.action)) throw new NotFound()
  const { row, page, all, query, action } = form.values
  const id = page ? row : form.values.id
  const wanted: Chosen = all ? { matching: matching(c, of, query) } : { ids: id.map(asNumber) }
  if (!all && id.length === 0) return nothingIsChosen(c, `${lists[of]}?${query}`)
  const selection = await keepSelection(c.var.db, c.var.actor, of, wanted)
  return changed(c, `${lists[of]}/bulk/${selection.id}?action=${action}`)
}

/** Nothing is not all (F-83): back to the list as it was. */
const nothingIsChosen = (c: C, back: string) =>
  answer(c, {
    status: 422,
    title: c.var.t('Nothing is chosen'),
    text: c.var.t('Check the boxes of those you mean in the list, or “All that match”.'),
    back,
  })

/** What is no number is not there, and is counted with what is not there (F-77). */
const asNumber = (typed: string): number => (/^[1-9][0-9]{0,14}$/.test(typed) ? Number(typed) : 0)

function matching(c: C, of: Of, query: string) {
  const typed = Object.fromEntries(new URLSearchParams(query))
  const more = { timeZone: timeZoneOf(c) }
  return of === 'account'
    ? matchingAccounts(c.var.actor, { ...readFilters(typed, accountRules), ...more })
    : matchingSubscriptions(c.var.actor, { ...readFilters(typed, subscriptionRules), ...more })
}

async function shown(c: C, of: Of) {
  const { db, actor } = c.var
  const selection = await findSelection(db, actor, of, Number(c.req.param('selection')))
  if (selection.batchId !== null) return changed(c, `/batches/${selection.batchId}`)
  const action = c.req.query('action') ?? ''
  if (!actionOf(of, action)) throw new NotFound()
  const options = withChoices(initial(action), selection)
  return page(c, 'bulk/preview', await bulkPage(c, selection, action, options, atFirst))
}

async function confirmed(c: C, of: Of) {
  const { db, actor } = c.var
  const selection = await findSelection(db, actor, of, Number(c.req.param('selection')))
  const action = c.var.form.get('action') ?? ''
  const own = actionOf(of, action)
  if (!own) throw new NotFound()

  const schema = confirmation(action)
  const asked = await parseForm(c, schema)
  if (!asked.ok) {
    return page(
      c,
      'bulk/preview',
      await bulkPage(c, selection, action, initial(action), atFirst, asked),
      422,
    )
  }
  const { seen, place } = asked.values
  const chosen = asked.values.options as Partial<PlanChoices>
  const kept = await keepChoices(db, selection, place.named, chosen.each ?? [])
  const options = withChoices(chosen, kept)
  if (place.turn !== '' || !sameOptions(own, options, seen)) {
    const data = await bulkPage(c, kept, action, options, place)
    return page(c, 'bulk/preview', data, data.form ? 422 : 200)
  }
  let late = false
  const form = await attempt(c, schema, () =>
    accept(db, actor, selection.id, action, own, options, seen).catch((refusal) => {
      if (!(refusal instanceof Stale)) throw refusal
      late = true
      throw new Invalid('', refusal.message)
    }),
  )
  if (form.ok) return changed(c, `/batches/${form.result}`)
  const data = await bulkPage(c, selection, action, options, place, form)
  return page(c, 'bulk/preview', data, late ? 409 : 422)
}

const most = 100
/** what two cores do at the least, see test/bench/bulk.ts */
const perSecond = 5000

async function bulkPage(
  c: C,
  selection: Selection,
  action: string,
  options: object,
  place: Place,
  form?: FailedForm,
): Promise<BulkPage> {
  const { of } = selection
  const own = actions[of][action]!
  const [seen, refused] = await previewOr(c, selection, own, options)
  const choices = await choicesFor(c, action, selection, options, place.provider)
  const all = refused ? await nothingChosen(c, selection, action) : seen.judged
  const noted = seen.going.filter(({ note }) => note)
  const named = (rows: Judged[]) =>
    rows.slice(0, most).map((row) => ({
      ...row,
      name: of === 'subscription' ? shownDomain(row.name) : row.name,
    }))
  return {
    of,
    list: lists[of],
    selection,
    doing: action,
    title: actionTitles[action]!,
    options: { ...options },
    count: selection.ids.length,
    going: seen.going.length,
    seconds: Math.ceil(seen.going.length / perSecond),
    first: named(seen.going),
    left: named(seen.left),
    leftCount: seen.left.length,
    noted: named(noted),
    notedCount: noted.length,
    effects: seen.effects,
    missing: seen.missing,
    seen: seen.seen,
    undoable: own.undo !== null,
    choices,
    tie: action === 'plan' && !refused ? await tieOf(c, seen.going, options as Tie) : null,
    each: eachPage(all, options, place),
    provider: place.provider,
    form: form ?? refused,
  }
}

async function tieOf(c: C, going: Judged[], tie: Tie): Promise<TieShown | null> {
  if (going.length === 0) return null
  return shownTie(await previewTie(c.var.db, c.var.actor, idsOf(going), tie))
}

/** So that a refused form still has a line for each. */
const nothingChosen = (c: C, { of, ids }: Selection, action: string): Promise<Judged[]> =>
  actions[of][action]!.judge(c.var.db, c.var.actor, ids, initial(action))

const withChoices = <Options extends object>(options: Options, { choices }: Selection): Options =>
  'each' in options ? { ...options, each: choices } : options

/** What cannot be done at all with these options is a form to be mended, not a preview. */
async function previewOr(
  c: C,
  selection: Selection,
  own: (typeof actions)[Of][string],
  options: object,
): Promise<[Preview, FailedForm | undefined]> {
  try {
    return [await preview(c.var.db, c.var.actor, selection, own, options), undefined]
  } catch (refusal) {
    if (!(refusal instanceof Invalid)) throw refusal
    const none = { judged: [], going: [], left: [], effects: [], missing: 0, seen: '' }
    const error = c.var.t(refusal.message, refusal.words)
    const values = Object.fromEntries([...c.var.form].map(([name, value]) => [name, value]))
    return [none, { ok: false, values, errors: { [refusal.field]: [error] } }]
  }
}
