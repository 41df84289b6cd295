import { z } from 'zod'
import { findAccount } from '../accounts/access.ts'
import { mayReadDescription } from '../accounts/description.ts'
import { accountRules } from '../accounts/list-fields.ts'
import { ownerLogin } from '../accounts/login.ts'
import { accountRows, wanted } from '../accounts/row-fields.ts'
import { namedFew } from '../db/narrowing.ts'
import { matchingBranches } from '../subscriptions/matching-accounts.ts'
import { reasonsOfAccount } from '../subscriptions/reasons.ts'
import type { C } from '../web/env.ts'
import { endpoint, idOf } from './endpoint.ts'
import { listQuery, pageOf } from './lists.ts'
import { id, kind, listOf, moment, reasons, status, withStatus } from './shapes.ts'

const listed = z.object({
  id,
  kind,
  name: z.string(),
  company: z.string(),
  email: z.string(),
  phone: z.string(),
  description: z.string(),
  providerId: id.nullable(),
  providerName: z.string().nullable(),
  login: z.string(),
  subscriptions: z.int().describe('At most a thousand are counted.'),
  status,
  suspended: z.boolean(),
  trashedUntil: moment.nullable(),
  createdAt: moment,
})

export const customer = z.object({
  id,
  kind,
  providerId: id.nullable(),
  login: z.string(),
  name: z.string(),
  company: z.string(),
  email: z.string(),
  phone: z.string(),
  street: z.string(),
  postcode: z.string(),
  city: z.string(),
  country: z.string(),
  language: z.string().nullable(),
  timeZone: z.string().nullable(),
  description: z.string(),
  additionalInformation: z.string(),
  apiAccess: z.boolean(),
  status,
  suspended: z.boolean(),
  reasons,
  trashedUntil: moment.nullable(),
  createdAt: moment,
  version: z.int(),
})

const about = { group: 'Customers' } as const

export const customerEndpoints = [
  endpoint({
    ...{ ...about, does: 'List', method: 'GET', path: '/customers', for: 'sellers' },
    query: listQuery(accountRules),
    ...{ answer: listOf(listed), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, {
        rules: accountRules,
        branches: (c, asked) => matchingBranches(c.var.actor, wanted(c, asked)),
        rows: (c, list, { ids }) =>
          accountRows(c, list, ids === null ? {} : { few: namedFew(ids) }),
      })
      return { items: items.map(withStatus), next }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Show', method: 'GET', path: '/customers/{id}' },
    ...{ answer: customer, status: 200 },
    run: (c) => customerOf(c, idOf(c)),
  }),
]

export async function customerOf(c: C, id: number) {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, id)
  const [login, reasons] = await Promise.all([
    ownerLogin(db, id),
    account.suspended ? reasonsOfAccount(db, actor, id) : [],
  ])
  const description = mayReadDescription(actor, account) ? account.description : ''
  return { ...withStatus(account), description, login: login.name, reasons }
}
