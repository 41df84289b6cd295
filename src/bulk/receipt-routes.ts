import { Hono, type Next } from 'hono'
import { z } from 'zod'
import { maySell, visibleAccountIds, visibleAccounts } from '../accounts/access.ts'
import { snapshot } from '../db/snapshot.ts'
import { Invalid, Stale } from '../errors.ts'
import { findBatch } from '../jobs/batch.ts'
import type { Batch } from '../jobs/schema.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, page, tell, wantsFragment } from '../web/respond.ts'
import type { Judged, Told } from './action.ts'
import { type ListedItem, listItems, type Standing, standingOf } from './receipt.ts'
import { retryFailed } from './retrying.ts'
import { mayUndo, undo, undoPreview } from './undoing.ts'
import { actionTitles, type ItemState, itemStates, itemWords } from './words.ts'

const one = '/batches/:id{[1-9][0-9]{0,14}}'
const size = 50

type Status = (typeof itemWords)[ItemState]

export interface ReceiptPage {
  batch: Batch
  /** English */
  title: string
  standing: Standing
  /** seconds after which the page renews itself, 0 when nothing more will happen by itself */
  refresh: number
  items: (ListedItem & { status: Status })[]
  /** each leads to those of it */
  counts: { href: string; count: number; status: Status }[]
  /** only these are shown */
  state: ItemState | undefined
  /** English, of that state */
  label: string
  next: string | null
  /** nothing that was done can be undone any more once all of it is */
  may: { undo: boolean; retry: boolean }
}

export interface UndoPage {
  batch: Batch
  title: string
  going: number
  first: Judged[]
  left: Judged[]
  leftCount: number
  remains: Told[]
  seen: string
  form: FailedForm | undefined
}

export const receiptRoutes = new Hono<Env>()

  /** A batch without items is told of by its jobs. */
  .get(one, async (c, next: Next) => {
    const batch = await found(c)
    if (batch.of === null) return next()
    return page(c, wantsFragment(c) ? 'bulk/_receipt' : 'bulk/receipt', await receipt(c, batch))
  })

  .post(`${one}/retry`, async (c) => {
    const batch = await found(c)
    const count = await retryFailed(c.var.db, c.var.actor, batch)
    tell(c, '{count} {count|subscription is|subscriptions are} tried again.', { count })
    return changed(c, `/batches/${batch.id}`)
  })

  .get(`${one}/undo`, async (c) => page(c, 'bulk/undo', await undoPage(c, await found(c))))

  .post(`${one}/undo`, async (c) => {
    const batch = await found(c)
    let late = false
    const form = await attempt(c, z.strictObject({ seen: z.string().max(200) }), ({ seen }) =>
      undo(c.var.db, c.var.actor, batch, seen).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        late = true
        throw new Invalid('', refusal.message)
      }),
    )
    if (form.ok) return changed(c, `/batches/${form.result}`)
    return page(c, 'bulk/undo', await undoPage(c, batch, form), late ? 409 : 422)
  })

function found(c: C): Promise<Batch> {
  const { db, actor } = c.var
  const scope = actor.kind === 'admin' ? null : visibleAccountIds(db, actor)
  return findBatch(db, scope, Number(c.req.param('id')))
}

async function receipt(c: C, batch: Batch): Promise<ReceiptPage> {
  const { db, actor } = c.var
  const state = itemStates.find((name) => name === c.req.query('state'))
  const after = c.req.query('after') ?? ''
  // What was left out of an import has numbers below zero.
  const last = /^-?[1-9][0-9]{0,14}$/.test(after) ? Number(after) : null
  const asked = { state, after: last, limit: size + 1 }
  const { standing, items } = await snapshot(db, async (tx) => ({
    standing: await standingOf(tx, batch.id),
    items: await listItems(tx, batch, visibleAccounts(actor), asked),
  }))
  const shown = items.slice(0, size)
  const filter = state ? `state=${state}&` : ''
  return {
    batch,
    title: titleOf(batch),
    standing,
    refresh: standing.waiting > 0 ? 2 : 0,
    items: shown.map((item) => ({
      ...item,
      name: named(batch, item.name),
      status: itemWords[item.state],
    })),
    counts: countsOf(batch, standing, state),
    state,
    label: state ? itemWords[state].label : '',
    next: items.length > size ? `/batches/${batch.id}?${filter}after=${shown.at(-1)!.id}` : null,
    may: {
      undo: mayUndo(actor, batch) && undoable(standing),
      retry: maySell(actor) && standing.failed > 0,
    },
  }
}

/** What there is none of, and never is but after undoing, is not shown. */
const countsOf = ({ id }: Batch, standing: Standing, state: ItemState | undefined) =>
  itemStates
    .filter((name) => name !== 'undone' || standing[name] > 0)
    .map((name) => ({
      href: name === state ? `/batches/${id}` : `/batches/${id}?state=${name}`,
      count: standing[name],
      status: itemWords[name],
    }))

const undoable = ({ done, waiting, failed }: Standing) => done + waiting + failed > 0

async function undoPage(c: C, batch: Batch, form?: FailedForm): Promise<UndoPage> {
  const { going, left, remains, seen } = await undoPreview(c.var.db, c.var.actor, batch)
  const shown = (rows: Judged[]) =>
    rows.slice(0, 100).map((row) => ({ ...row, name: named(batch, row.name) }))
  return {
    batch,
    title: titleOf(batch),
    going: going.length,
    first: shown(going),
    left: shown(left),
    leftCount: left.length,
    remains,
    seen,
    form,
  }
}

const titleOf = ({ kind }: Batch) => actionTitles[kind.split('.').at(-1) ?? ''] ?? kind

const named = ({ of }: Batch, name: string) => (of === 'subscription' ? shownDomain(name) : name)
