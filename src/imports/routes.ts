import { Hono } from 'hono'
import { z } from 'zod'
import { maySell } from '../accounts/access.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { saleOptions } from '../subscriptions/new-fields.ts'
import { csv } from '../web/csv.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { requirePanelAddress } from '../web/panel-address.ts'
import { languageOf } from '../web/reader.ts'
import { attempt, changed, type FailedForm, invalid, page } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { acceptImport } from './acceptance.ts'
import { columnsOf, isOurs, knownIn } from './column-fields.ts'
import { decoded } from './decoding.ts'
import { type Guide, guide, leftColumns, templateColumns } from './file-fields.ts'
import type { JudgedLine } from './judgement.ts'
import { findImport, keepImport } from './keeping.ts'
import { lineReader } from './line-fields.ts'
import { parsed } from './parsing.ts'
import { type ImportPreview, previewImport } from './preview.ts'
import type { Import } from './schema.ts'

const uploadForm = z.strictObject({ plan: optionalReference().default(null), welcome: checkbox() })
const confirmation = z.strictObject({ seen: z.string().max(200) })

export interface ImportPage extends Guide {
  plans: Option[]
  form: FailedForm | undefined
}

export interface ImportPreviewPage {
  id: number
  unread: string[]
  count: number
  /** all that go */
  going: number
  /** the first of them */
  first: ImportPreview['going']
  left: JudgedLine[]
  leftCount: number
  effects: ImportPreview['effects']
  seen: string
  form: FailedForm | undefined
}

const one = '/customers/import/:id{[1-9][0-9]{0,14}}'

export const importRoutes = new Hono<Env>()

  .get('/customers/import', sellersOnly, async (c) => page(c, 'imports/new', await importPage(c)))

  .get('/customers/import/template.csv', sellersOnly, (c) =>
    csv(c, 'customers', templateColumns(c), nothing()),
  )

  .post('/customers/import', sellersOnly, async (c) => {
    const form = await attempt(c, uploadForm, async ({ plan, welcome }) =>
      keepImport(c.var.db, c.var.actor, { ...(await sent(c)), planId: plan, welcome }),
    )
    if (form.ok) return changed(c, `/customers/import/${form.result}`)
    return invalid(c, 'imports/new', 'imports/new', await importPage(c, form))
  })

  .get(one, sellersOnly, async (c) => {
    const kept = await found(c)
    if (kept.batchId !== null) return changed(c, `/batches/${kept.batchId}`)
    return page(c, 'imports/preview', await previewPage(c, kept))
  })

  .post(one, sellersOnly, async (c) => {
    const { db, actor, sealingKey } = c.var
    const kept = await found(c)
    const post = kept.welcome ? { sealingKey, panel: await requirePanelAddress(c) } : null
    let late = false
    const form = await attempt(c, confirmation, ({ seen }) =>
      acceptImport(db, actor, kept.id, seen, post).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        late = true
        throw new Invalid('', refusal.message)
      }),
    )
    if (form.ok) return changed(c, `/batches/${form.result}`)
    return page(c, 'imports/preview', await previewPage(c, kept, form), late ? 409 : 422)
  })

  /** What was left out, as a file that can be mended and sent again. */
  .get(`${one}/left.csv`, sellersOnly, async (c) => {
    const kept = await found(c)
    return csv(c, 'left-out', leftColumns(c), once(await leftOf(c, kept)))
  })

const found = (c: C) => findImport(c.var.db, c.var.actor, Number(c.req.param('id')))

/** @throws {Invalid} at `file` */
async function sent(c: C): Promise<Pick<Import, 'lines' | 'unread'>> {
  const { file, t } = c.var
  if (!file) throw new Invalid('file', 'Choose a file.')
  const text = decoded(new Uint8Array(await file.arrayBuffer()))
  const { header, records } = parsed(text, (names) => knownIn(names, t))
  const columns = columnsOf(header, t)
  return {
    lines: records.map(lineReader(columns, t, languageOf(c))),
    unread: columns.unread.filter((name) => !isOurs(name, t)),
  }
}

async function importPage(c: C, form?: FailedForm): Promise<ImportPage> {
  const { actor } = c.var
  if (!maySell(actor)) throw new Forbidden('With this login you can look, but not change.')
  return { ...guide(c), plans: await saleOptions(c, actor.accountId), form }
}

/** Of bad lines; all of them are in the file. */
const most = 200

async function previewPage(c: C, kept: Import, form?: FailedForm): Promise<ImportPreviewPage> {
  const { going, left, effects, seen } = await previewImport(c.var.db, c.var.actor, kept.id)
  return {
    id: kept.id,
    unread: kept.unread,
    count: kept.lines.length,
    going: going.length,
    first: going.slice(0, 100),
    left: left.slice(0, most),
    leftCount: left.length,
    effects,
    seen,
    form,
  }
}

/** When it was used, those with the reasons that they had then. */
async function leftOf(c: C, { id, batchId, lines }: Import) {
  if (batchId === null) return (await previewImport(c.var.db, c.var.actor, id)).left
  return lines.flatMap((one) => ('why' in one ? [one] : []))
}

async function* once<Row>(rows: Row[]) {
  yield rows
}

async function* nothing(): AsyncGenerator<Record<string, string>[]> {}
