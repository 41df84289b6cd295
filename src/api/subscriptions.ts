import { z } from 'zod'
import { namedFew } from '../db/narrowing.ts'
import { snapshot } from '../db/snapshot.ts'
import { values as complete } from '../plans/values.ts'
import { findSubscription } from '../subscriptions/access.ts'
import { addOnsOf } from '../subscriptions/add-ons.ts'
import { subscriptionRules } from '../subscriptions/list-fields.ts'
import { matchingSubscriptionBranches } from '../subscriptions/matching.ts'
import { latestJob } from '../subscriptions/progress.ts'
import { reasonsOfSubscription } from '../subscriptions/reasons.ts'
import { subscriptionRows, wanted } from '../subscriptions/row-fields.ts'
import { monthsOf, standingOf } from '../usage/standing.ts'
import type { C } from '../web/env.ts'
import { endpoint, idOf } from './endpoint.ts'
import { listQuery, pageOf } from './lists.ts'
import { bytes, id, limit, listOf, moment, reasons, status, values, withStatus } from './shapes.ts'

const told = {
  id,
  accountId: id,
  planId: id.nullable().describe('null: Custom'),
  hostId: id,
  domain: z.string().describe('As A-label.'),
  systemUser: z.string(),
  status,
  suspended: z.boolean(),
  locked: z.boolean(),
  unsynced: z.boolean(),
  expiresOn: z.iso.date().nullable(),
  trashedUntil: moment.nullable(),
  createdAt: moment,
}

const listed = z.object({
  ...told,
  plan: z.string().nullable(),
  customer: z.string(),
  host: z.string(),
  used: z
    .object({
      disk: bytes,
      traffic: bytes.nullable(),
      diskOver: z.boolean(),
      trafficOver: z.boolean(),
    })
    .nullable(),
})

export const subscription = z.object({
  ...told,
  addOnIds: z.array(id),
  values,
  reasons,
  progress: z.object({
    state: z.enum(['done', 'waiting', 'retrying', 'running', 'parked', 'stopped']),
    reason: z.string(),
    jobId: id.nullable(),
  }),
  version: z.int(),
})

const month = z.object({
  month: z.string(),
  web: bytes,
  ftp: bytes,
  mail: bytes,
  used: bytes,
  allowed: limit,
})

const usage = z.object({
  disk: z
    .object({ used: bytes, allowed: limit, home: bytes, web: bytes, mail: bytes, databases: bytes })
    .nullable()
    .describe('null: nobody has looked yet'),
  traffic: z.object({ used: bytes, allowed: limit }).nullable(),
  at: moment.nullable(),
  months: z.array(month),
})

const about = { group: 'Subscriptions' } as const

export const subscriptionEndpoints = [
  endpoint({
    ...{ ...about, does: 'List', method: 'GET', path: '/subscriptions' },
    query: listQuery(subscriptionRules),
    ...{ answer: listOf(listed), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, {
        rules: subscriptionRules,
        branches: (c, asked) => matchingSubscriptionBranches(c.var.actor, wanted(c, asked)),
        rows: (c, list, { ids }) =>
          subscriptionRows(c, list, ids === null ? {} : { few: namedFew(ids) }),
      })
      return { items: items.map((row) => ({ ...withStatus(row), domain: row.name })), next }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Show', method: 'GET', path: '/subscriptions/{id}' },
    ...{ answer: subscription, status: 200 },
    run: (c) => subscriptionOf(c, idOf(c)),
  }),

  endpoint({
    ...{ group: 'Usage', does: 'Show', method: 'GET', path: '/subscriptions/{id}/usage' },
    ...{ answer: usage, status: 200 },
    run: async (c) => {
      const { db, actor } = c.var
      const { subscription } = await findSubscription(db, actor, idOf(c))
      const [now, months] = await Promise.all([
        standingOf(db, subscription),
        monthsOf(db, subscription),
      ])
      return { ...now, months }
    },
  }),
]

/** At one moment: what it is to be, and how far its host is. */
export function subscriptionOf(c: C, id: number) {
  const { db, actor } = c.var
  return snapshot(db, async (tx) => {
    const { subscription } = await findSubscription(tx, actor, id)
    const [addOns, reasons, progress] = await Promise.all([
      addOnsOf(tx, subscription),
      subscription.suspended ? reasonsOfSubscription(tx, actor, subscription) : [],
      latestJob(tx, subscription),
    ])
    return {
      ...withStatus(subscription),
      values: { ...complete(subscription.values) },
      addOnIds: addOns.map(({ id }) => id),
      reasons,
      progress,
    }
  })
}
