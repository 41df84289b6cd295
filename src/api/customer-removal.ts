import { z } from 'zod'
import { findAccount, mayManage } from '../accounts/access.ts'
import type { Account } from '../accounts/schema.ts'
import { convertOne } from '../bulk/converting.ts'
import { Forbidden, Invalid } from '../errors.ts'
import type { PropertyKey } from '../plans/catalogue.ts'
import { contents } from '../subscriptions/contents.ts'
import { endingOf, makeCustomer, mayConvert } from '../subscriptions/conversion.ts'
import { customersOf, goingWith, removeAccount } from '../subscriptions/removal.ts'
import { discardAccount, restoreAccount } from '../subscriptions/trash.ts'
import { trashDays } from '../subscriptions/trash-days.ts'
import type { C } from '../web/env.ts'
import { customer, customerOf } from './customers.ts'
import { endpoint, idOf } from './endpoint.ts'
import { flag, nothing, optionalReference } from './fields.ts'
import { id, moment } from './shapes.ts'

const group = 'Customers'
const counts = [...new Set<PropertyKey>(contents.map(({ property }) => property))]

/** What goes with it, by kind (P-68). */
const going = z.strictObject({
  subscriptions: z.int().min(0),
  ...Object.fromEntries(counts.map((property) => [property, z.int().min(0)])),
})

const removal = z.strictObject({
  name: z.string(),
  going: going.describe('As it was told: if it has got more since, nothing happens.'),
  forGood: flag().describe('Of one in the trash.'),
})

const conversion = z.discriminatedUnion('to', [
  z.strictObject({
    to: z.literal('reseller'),
    planId: optionalReference().describe('null: Custom'),
  }),
  z.strictObject({ to: z.literal('customer'), plans: z.int().min(0), released: z.int().min(0) }),
])

const aboutConversion = z.object({
  customers: z
    .int()
    .describe('While there are any, it stays a reseller. At most a thousand are counted.'),
  plans: z.int().describe('Of its own, that would be deleted.'),
  released: z.int().describe('Subscriptions that would be Custom from then on.'),
})

export const customerRemoval = [
  endpoint({
    ...{ group, does: 'Show what removal takes', method: 'GET', path: '/customers/{id}/removal' },
    answer: z.object({
      name: z.string(),
      going,
      customers: z
        .int()
        .describe('Of a reseller, who cannot go before them. At most a thousand are counted.'),
      days: z.int().describe('For so long it can be restored; 0: it goes at once.'),
    }),
    status: 200,
    run: async (c) => {
      const { id, name, providerId } = await managed(c)
      const [going, customers, days] = await Promise.all([
        goingWith(c.var.db, id),
        customersOf(c.var.db, id),
        trashDays(c.var.db, providerId ?? 0),
      ])
      return { name, going, customers: customers.count, days }
    },
  }),

  // P-28, P-29, M-33: into the trash, and out of it for good
  endpoint({
    ...{ group, does: 'Remove', method: 'POST', path: '/customers/{id}/removal' },
    body: removal,
    answer: z.object({ trashedUntil: moment.nullable().describe('null: it goes at once') }),
    ...{ status: 200, leadsTo: (c) => `/customers/${idOf(c)}` },
    run: async (c, { body: { name, going, forGood } }) => {
      const { db, actor } = c.var
      const account = await managed(c)
      if (name !== account.name) {
        throw new Invalid('name', 'This is not its name. Type {name}.', { name: account.name })
      }
      if (!forGood) return { trashedUntil: await discardAccount(db, actor, account.id, going) }
      await removeAccount(db, actor, account.id, going)
      return { trashedUntil: null }
    },
  }),

  endpoint({
    ...{ group, does: 'Restore', method: 'POST', path: '/customers/{id}/restoration' },
    ...{ body: nothing, answer: customer, status: 200 },
    leadsTo: (c) => `/customers/${idOf(c)}`,
    run: async (c) => {
      await restoreAccount(c.var.db, c.var.actor, (await managed(c)).id)
      return customerOf(c, idOf(c))
    },
  }),

  endpoint({
    ...{ group, does: 'Show what conversion takes', method: 'GET' },
    path: '/customers/{id}/conversion',
    ...{ answer: aboutConversion, status: 200 },
    run: async (c) => {
      const { id } = await convertible(c)
      const { db } = c.var
      const { count: customers } = await customersOf(db, id)
      return { customers, ...(await endingOf(db, id)) }
    },
  }),

  // P-21 to P-23, R-18
  endpoint({
    ...{ group, does: 'Convert', method: 'POST', path: '/customers/{id}/conversion' },
    body: conversion,
    ...{ answer: customer.extend({ batchId: id.nullable() }), status: 200 },
    leadsTo: (c) => `/customers/${idOf(c)}`,
    run: async (c, { body }) => {
      const { db, actor } = c.var
      const { id } = await convertible(c)
      const batchId = body.to === 'reseller' ? await convertOne(db, actor, id, body.planId) : null
      if (body.to === 'customer') await makeCustomer(db, actor, id, body)
      return { ...(await customerOf(c, id)), batchId }
    },
  }),
]

async function managed(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, idOf(c))
  if (!mayManage(c.var.actor, account)) throw new Forbidden('Only the provider can change this.')
  return account
}

async function convertible(c: C): Promise<Account> {
  const account = await findAccount(c.var.db, c.var.actor, idOf(c))
  if (!mayConvert(c.var.actor, account)) throw new Forbidden('Only an admin can do this.')
  return account
}
