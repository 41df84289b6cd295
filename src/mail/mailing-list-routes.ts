import { Hono } from 'hono'
import { z } from 'zod'
import { Stale } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { findSubscription } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, line, oneOf, text, wholeNumber } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { addressOf, findList, mayChangeMail, type OwnedList } from './access.ts'
import { mailDomains } from './claim.ts'
import { removalForm } from './mailbox-fields.ts'
import { changeList, createList } from './mailing-list.ts'
import { removeList } from './removal.ts'
import { postings } from './schema.ts'
import { requireMayChange, targetOr } from './target-fields.ts'

const one = '/mailing-lists/:id{[1-9][0-9]{0,14}}'
const fresh = '/subscriptions/:id{[1-9][0-9]{0,14}}/mailing-lists/new'

const fields = {
  owner: line(254),
  posting: oneOf(postings),
  moderated: checkbox(),
  members: text(400_000).default(''),
}
const newListForm = z.strictObject({ ...fields, local: line(64), domain: line(253) })
const listForm = z.strictObject({ ...fields, version: wholeNumber({ min: 1 }) })

export interface NewListPage {
  subscription: Subscription
  name: string
  domains: Option[]
  /** the customer's own address */
  owner: string
  form: FailedForm | undefined
}

export interface ListPage extends OwnedList {
  address: string
  mayChange: boolean
  form: FailedForm | undefined
}

export const mailingListRoutes = new Hono<Env>()

  .get('/mailing-lists/new', (c) => targetOr(c, 'mailing-lists', 'mail/new'))

  .get(fresh, async (c) => page(c, 'mail/new-list', await newPage(c)))

  // S-14
  .post(fresh, async (c) => {
    const { db, actor, jobs } = c.var
    const { subscription } = await newPage(c)
    const form = await attempt(c, newListForm, (wish) =>
      createList(db, actor, subscription.id, wish),
    )
    if (!form.ok) return invalid(c, 'mail/new-list', 'mail/new-list', await newPage(c, form))
    const { list, jobId } = form.result
    await jobs.finished(jobId, 1000)
    tell(c, 'Mailing list {address} created.', { address: addressOf(list) })
    return changed(c, `/mailing-lists/${list.id}`)
  })

  .get(one, async (c) => page(c, 'mail/list', await listPage(c)))

  .post(one, async (c) => {
    const { db, actor, jobs } = c.var
    const { list } = await toChange(c)
    try {
      const form = await attempt(c, listForm, (edit) => changeList(db, actor, list.id, edit))
      if (!form.ok) return invalid(c, 'mail/list', 'mail/list', await listPage(c, form))
      if (form.result !== null) await jobs.finished(form.result, 1000)
      tell(c, form.result === null ? 'Nothing was changed.' : 'Saved.')
      return changed(c, `/mailing-lists/${list.id}`)
    } catch (refusal) {
      if (!(refusal instanceof Stale)) throw refusal
      const values = Object.fromEntries(c.var.form)
      const form = { ok: false as const, values, errors: { '': [c.var.t(refusal.message)] } }
      return page(c, 'mail/list', await listPage(c, form), 409)
    }
  })

  .get(`${one}/removal`, async (c) => page(c, 'mail/list-removal', await toChange(c)))

  .post(`${one}/removal`, async (c) => {
    const { db, actor, jobs } = c.var
    const { list, address } = await toChange(c)
    const form = await attempt(c, removalForm, () => removeList(db, actor, list.id))
    if (!form.ok) {
      return invalid(c, 'mail/list-removal', 'mail/list-removal', await toChange(c, form))
    }
    await jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name: address })
    return changed(c, '/mailing-lists')
  })

async function newPage(c: C, form?: FailedForm): Promise<NewListPage> {
  const { db, actor } = c.var
  const owned = await findSubscription(db, actor, Number(c.req.param('id')))
  const { subscription, account } = owned
  requireMayChange(mayChangeMail(actor, owned))
  const domains = await mailDomains(db, subscription.id)
  return {
    subscription,
    name: shownDomain(subscription.domain),
    domains: domains.map((value) => ({ value, label: `@${shownDomain(value)}` })),
    owner: account.email,
    form,
  }
}

async function listPage(c: C, form?: FailedForm): Promise<ListPage> {
  const { db, actor } = c.var
  const owned = await findList(db, actor, Number(c.req.param('id')))
  return { ...owned, address: addressOf(owned.list), mayChange: mayChangeMail(actor, owned), form }
}

async function toChange(c: C, form?: FailedForm): Promise<ListPage> {
  const shown = await listPage(c, form)
  requireMayChange(shown.mayChange)
  return shown
}
