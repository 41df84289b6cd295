import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Said } from '../contract/said.ts'
import type { Db } from '../db/database.ts'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import {
  catalogue,
  type PropertyKey,
  permissionFor,
  propertyKeys,
  type Values,
} from '../plans/catalogue.ts'
import { type Difference, valueDifferences } from '../plans/differences.ts'
import type { Property, Value } from '../plans/property.ts'
import { type Section, sections } from '../plans/sections.ts'
import type { C, Env } from '../web/env.ts'
import { changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findSubscription, type Owned } from './access.ts'
import { type Decision, deciders } from './decider.ts'
import { type Deviation, deviations } from './deviations.ts'
import { customerKeys, mayManageOwn } from './own-values.ts'
import { provided } from './provided.ts'
import { conflicts, type Subscription } from './schema.ts'
import { customized } from './value-fields.ts'

const settings = '/subscriptions/:id{[1-9][0-9]{0,14}}/settings'

/** A value that its customer could change under another plan. */
export interface Decided {
  property: Property
  value: Value
  decision: Decision
}

export interface SettingsPage {
  subscription: Subscription
  domain: string
  version: number
  sections: Section[]
  /** what the customer has chosen */
  deviations: Deviation[]
  decided: Decided[]
  /** of properties that the customer may change, but the host cannot give */
  lacks: { property: Property; remedy: string; said: Said | null }[]
  differences: Difference[]
  form: FailedForm | undefined
}

export const settingsRoutes = new Hono<Env>()

  .get(settings, async (c) => page(c, 'subscriptions/settings', await settingsPage(c)))

  // P-46, P-47
  .post(settings, async (c) => {
    const { subscription } = await own(c)
    const { form, late } = await customized(c, subscription.id, customerKeys(subscription))
    if (!form.ok && late) {
      return page(c, 'subscriptions/settings', await settingsPage(c, form, late), 409)
    }
    if (!form.ok) {
      const data = await settingsPage(c, form)
      return invalid(c, 'subscriptions/settings', 'subscriptions/settings', data)
    }
    if (form.result !== null) await c.var.jobs.finished(form.result, 1000)
    tell(c, form.result === null ? 'Nothing was changed.' : 'Saved.')
    return changed(c, `/subscriptions/${subscription.id}/settings`)
  })

/** The customer's own page: a provider customizes instead, which says that it was the provider. */
async function own(c: C): Promise<Owned> {
  const { db, actor } = c.var
  const owned = await findSubscription(db, actor, Number(c.req.param('id')))
  if (!mayManageOwn(actor, owned)) throw new Forbidden('These are for its customer to change.')
  return owned
}

async function settingsPage(
  c: C,
  form?: FailedForm,
  late?: Partial<Values>,
): Promise<SettingsPage> {
  const { db } = c.var
  const { subscription } = await own(c)
  const { values } = subscription
  const keys = customerKeys(subscription)
  const given = await provided(db, subscription)
  const decide = await deciders(db, subscription)
  const others = propertyKeys.filter((key) => permissionFor(key) && !keys.includes(key))
  const differing = given ? await deviations(db, subscription, given) : []
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    version: form && !late ? Number(form.values.version) : subscription.version,
    sections: sections('service', values, null, Object.keys(form?.errors ?? {}), keys),
    deviations: differing.filter(({ key, by }) => by?.customer && keys.includes(key)),
    decided: others.map((key) => ({
      property: catalogue[key],
      value: values[key],
      decision: decide(key),
    })),
    lacks: await lacksAmong(db, subscription, keys),
    differences: late ? valueDifferences(values, { ...values, ...late }) : [],
    form,
  }
}

async function lacksAmong(db: Db, { id }: Subscription, keys: PropertyKey[]) {
  const rows = await db.select().from(conflicts).where(eq(conflicts.subscriptionId, id))
  return keys.flatMap((key) =>
    rows
      .filter(({ property }) => property === key)
      .map(({ remedy, said }) => ({ property: catalogue[key], remedy, said })),
  )
}
