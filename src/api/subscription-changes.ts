import { z } from 'zod'
import { Shell } from '../contract/document.ts'
import { defaultMailbox } from '../mail/default-mailbox.ts'
import type { Values } from '../plans/catalogue.ts'
import { addAddOn, removeAddOn } from '../subscriptions/add-ons.ts'
import { createSubscription } from '../subscriptions/creation.ts'
import { takeCredentials } from '../subscriptions/credentials.ts'
import { setExpiry } from '../subscriptions/expiry.ts'
import { customize } from '../subscriptions/own-values.ts'
import { changePassword } from '../subscriptions/password.ts'
import { choosePlan } from '../subscriptions/plan-choice.ts'
import { removeSubscription } from '../subscriptions/removal.ts'
import { changeShell } from '../subscriptions/shell.ts'
import { shortAt } from '../subscriptions/short-at.ts'
import { activateSubscription, suspendSubscription } from '../subscriptions/suspension.ts'
import { discardSubscription, restoreSubscription } from '../subscriptions/trash.ts'
import type { C } from '../web/env.ts'
import { optionalLine, text } from '../web/fields.ts'
import { endpoint, idOf } from './endpoint.ts'
import { flag, nothing, ownValues, password, reference, version } from './fields.ts'
import { credentials, placed, placeFields } from './sale.ts'
import { id } from './shapes.ts'
import { subscription, subscriptionOf } from './subscriptions.ts'

const group = 'Subscriptions'
const one = '/subscriptions/{id}'
const underWay = subscription.extend({ jobId: id.nullable().describe('null: nothing is to do') })

/** A host has still to do it. */
const accepted = {
  answer: underWay,
  status: 202,
  leadsTo: (c: C) => `/subscriptions/${idOf(c)}`,
} as const

export const subscriptionChanges = [
  // S-28 to S-37
  endpoint({
    ...{ group, does: 'Create', method: 'POST', path: '/subscriptions', for: 'sellers' },
    body: z.strictObject({ accountId: reference(), ...placeFields }),
    ...{ answer: underWay.extend({ credentials }), status: 202 },
    leadsTo: (_, { id }) => `/subscriptions/${id}`,
    run: async (c, { body: { accountId, ...wish } }) => {
      const { db, actor, sealingKey } = c.var
      const furnished = { ...placed(wish), furnish: defaultMailbox }
      const created = await createSubscription(db, sealingKey, actor, accountId, furnished)
      const subscriptionId = created.subscription.id
      return {
        ...(await subscriptionOf(c, subscriptionId)),
        jobId: created.jobId,
        credentials: (await takeCredentials(db, sealingKey, actor, { subscriptionId })) ?? null,
      }
    },
  }),

  // S-38, P-34, P-36
  endpoint({
    ...{ group, does: 'Change plan', method: 'POST', path: `${one}/plan`, ...accepted },
    body: z.strictObject({ planId: reference().nullable().describe('null: Custom') }),
    run: async (c, { body: { planId } }) => {
      await choosePlan(c.var.db, c.var.actor, idOf(c), planId).catch(shortAt('plan'))
      return now(c)
    },
  }),

  // P-31, P-35
  endpoint({
    ...{ group, does: 'Add add-on', method: 'POST', path: `${one}/add-ons`, ...accepted },
    body: z.strictObject({ planId: reference() }),
    run: async (c, { body: { planId } }) => {
      await addAddOn(c.var.db, c.var.actor, idOf(c), planId).catch(shortAt('plan'))
      return now(c)
    },
  }),

  endpoint({
    ...{ group, does: 'Remove add-on', method: 'DELETE', path: `${one}/add-ons/{plan}` },
    ...{ answer: underWay, status: 202 },
    run: async (c) => {
      await removeAddOn(c.var.db, c.var.actor, idOf(c), idOf(c, 'plan'))
      return now(c)
    },
  }),

  // S-21, P-41, P-46
  endpoint({
    ...{ group, does: 'Change values', method: 'PATCH', path: `${one}/values` },
    ...{ answer: underWay, status: 202 },
    body: z.strictObject({
      version: version(),
      values: ownValues,
      lock: flag(),
      reason: optionalLine(500).default(''),
    }),
    run: async (c, { body: { values, ...wish } }) => {
      const own = values as Partial<Values>
      await customize(c.var.db, c.var.actor, idOf(c), { ...wish, values: own })
      return now(c)
    },
  }),

  //
  endpoint({
    ...{ group, does: 'Change expiration date', method: 'POST', path: `${one}/expiry` },
    ...accepted,
    body: z.strictObject({ expiresOn: z.iso.date('Choose a day.').nullable() }),
    run: async (c, { body: { expiresOn } }) => {
      await setExpiry(c.var.db, c.var.actor, idOf(c), expiresOn)
      return now(c)
    },
  }),

  // S-44 to S-50
  endpoint({
    ...{ group, does: 'Change SSH access', method: 'POST', path: `${one}/shell`, ...accepted },
    body: z.strictObject({ shell: Shell }),
    run: async (c, { body: { shell } }) => {
      await changeShell(c.var.db, c.var.actor, idOf(c), shell)
      return now(c)
    },
  }),

  // S-40 to S-42
  endpoint({
    ...{ group, does: 'Change password', method: 'POST', path: `${one}/password`, ...accepted },
    body: z.strictObject({ password: password(), alsoLogin: flag() }),
    answer: underWay.extend({ credentials }),
    run: async (c, { body: { password, alsoLogin } }) => {
      const { db, actor, sealingKey } = c.var
      const typed = password === '' ? ('generate' as const) : { typed: password }
      await changePassword(db, sealingKey, actor, idOf(c), { password: typed, alsoLogin })
      const told =
        password === ''
          ? await takeCredentials(db, sealingKey, actor, { subscriptionId: idOf(c) })
          : undefined
      return { ...(await now(c)), credentials: told ?? null }
    },
  }),

  // P-45
  endpoint({
    ...{ group, does: 'Suspend', method: 'POST', path: `${one}/suspension`, ...accepted },
    body: z.strictObject({ text: text(1000).default('') }),
    run: async (c, { body: { text } }) => {
      await suspendSubscription(c.var.db, c.var.actor, idOf(c), text)
      return now(c)
    },
  }),

  endpoint({
    ...{ group, does: 'Activate', method: 'DELETE', path: `${one}/suspension` },
    ...{ answer: underWay, status: 202 },
    run: async (c) => {
      await activateSubscription(c.var.db, c.var.actor, idOf(c))
      return now(c)
    },
  }),

  // S-39, M-33: into the trash, and out of it for good
  endpoint({
    ...{ group, does: 'Remove', method: 'POST', path: `${one}/removal`, ...accepted },
    body: z.strictObject({ forGood: flag().describe('Also where it could be restored.') }),
    run: async (c, { body: { forGood } }) => {
      const { db, actor } = c.var
      if (forGood) await removeSubscription(db, actor, idOf(c))
      else await discardSubscription(db, actor, idOf(c))
      return now(c)
    },
  }),

  endpoint({
    ...{ group, does: 'Restore', method: 'POST', path: `${one}/restoration`, ...accepted },
    body: nothing,
    run: async (c) => {
      await restoreSubscription(c.var.db, c.var.actor, idOf(c))
      return now(c)
    },
  }),
]

async function now(c: C) {
  const found = await subscriptionOf(c, idOf(c))
  const { state, jobId } = found.progress
  return { ...found, jobId: state === 'done' ? null : jobId }
}
