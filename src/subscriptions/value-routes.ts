import { Hono } from 'hono'
import { z } from 'zod'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { type PropertyKey, propertyKeys, type Values } from '../plans/catalogue.ts'
import { type Difference, valueDifferences } from '../plans/differences.ts'
import { keysOf } from '../plans/form.ts'
import { type Section, sections } from '../plans/sections.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertMayProvideFor, findSubscription, mayProvideFor, type Owned } from './access.ts'
import { type Deviation, deviations } from './deviations.ts'
import { capOver, provided } from './provided.ts'
import type { Subscription } from './schema.ts'
import { customized } from './value-fields.ts'
import { returnToPlan } from './value-return.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}'

const returnForm = z.strictObject({ property: oneOf(propertyKeys) })

export interface ValuesPage {
  subscription: Subscription
  domain: string
  /** null: custom */
  plan: { id: number; name: string } | null
  version: number
  sections: Section[]
  deviations: Deviation[]
  /** what somebody else saved meanwhile, and what was typed here (F-73) */
  differences: Difference[]
  form: FailedForm | undefined
}

export const valueRoutes = new Hono<Env>()

  .get(`${one}/values`, async (c) => page(c, 'subscriptions/values', await valuesPage(c)))

  // S-21, P-40, P-41
  .post(`${one}/values`, async (c) => {
    await provider(c)
    const { form, late } = await customized(c, idOf(c), keysOf('service'))
    if (!form.ok && late)
      return page(c, 'subscriptions/values', await valuesPage(c, form, late), 409)
    if (!form.ok) {
      return invalid(c, 'subscriptions/values', 'subscriptions/values', await valuesPage(c, form))
    }
    return saved(c, form.result)
  })

  // P-46: a customer gives back what it chose, its provider any value
  .post(`${one}/values/return`, async (c) => {
    const { db, actor, jobs } = c.var
    const { account } = await findSubscription(db, actor, idOf(c))
    const form = await attempt(c, returnForm, ({ property }) =>
      returnToPlan(db, actor, idOf(c), property as PropertyKey),
    )
    if (!form.ok) throw new Forbidden('This form is not one of the panel’s. Please go back.')
    if (form.result !== null) await jobs.finished(form.result, 1000)
    tell(c, 'The value is the plan’s again.')
    const to = mayProvideFor(actor, account) ? 'values' : 'settings'
    return changed(c, `/subscriptions/${idOf(c)}/${to}`)
  })

const idOf = (c: C) => Number(c.req.param('id'))

async function provider(c: C): Promise<Owned> {
  const owned = await findSubscription(c.var.db, c.var.actor, idOf(c))
  assertMayProvideFor(c.var.actor, owned.account)
  return owned
}

async function saved(c: C, jobId: number | null) {
  if (jobId === null) tell(c, 'Nothing was changed.')
  else {
    await c.var.jobs.finished(jobId, 1000)
    tell(c, 'Saved.')
  }
  return changed(c, `/subscriptions/${idOf(c)}/values`)
}

async function valuesPage(c: C, form?: FailedForm, late?: Partial<Values>): Promise<ValuesPage> {
  const { db } = c.var
  const { subscription } = await provider(c)
  const given = await provided(db, subscription)
  const { values } = subscription
  const cap = await capOver(db, subscription.accountId)
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    plan: given?.plan ?? null,
    version: form && !late ? Number(form.values.version) : subscription.version,
    sections: sections('service', values, cap, Object.keys(form?.errors ?? {})),
    deviations: given ? await deviations(db, subscription, given) : [],
    differences: late ? valueDifferences(values, { ...values, ...late }) : [],
    form,
  }
}
