import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { findList } from '../mail/access.ts'
import { changeList, createList } from '../mail/mailing-list.ts'
import { mailingListSource } from '../mail/mailing-list-source-fields.ts'
import { removeList } from '../mail/removal.ts'
import { postings } from '../mail/schema.ts'
import { line } from '../web/fields.ts'
import { common, going, jobId, place } from './contents.ts'
import { endpoint, idOf } from './endpoint.ts'
import { flag, reference, version } from './fields.ts'
import { listQuery, pageOf } from './lists.ts'
import { listOf } from './shapes.ts'

const posting = z.enum(postings)

const own = {
  local: z.string(),
  domain: z.string().describe('As A-label.'),
  owner: z.string(),
  posting,
  moderated: z.boolean(),
}

const list = z.object({ ...common, ...own, members: z.array(z.string()), version: z.int() })
const listed = z.object({ ...place, ...own, members: z.int() })
const underWay = list.extend({ jobId })

const members = z.array(line(254)).max(20_000)

const about = { group: 'Mailing lists', area: 'mail' } as const
const one = '/mailing-lists/{id}'

export const mailingListEndpoints = [
  endpoint({
    ...{ ...about, does: 'List', method: 'GET', path: '/mailing-lists' },
    query: listQuery(mailingListSource.rules),
    ...{ answer: listOf(listed), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, mailingListSource)
      return { items: items.map((row) => ({ ...row, domain: domainToASCII(row.domain) })), next }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Show', method: 'GET', path: one },
    ...{ answer: list, status: 200 },
    run: async (c) => (await findList(c.var.db, c.var.actor, idOf(c))).list,
  }),

  // S-14
  endpoint({
    ...{ ...about, does: 'Create', method: 'POST', path: '/mailing-lists' },
    body: z.strictObject({
      subscriptionId: reference(),
      ...{ local: line(64), domain: line(253), owner: line(254) },
      ...{ posting: posting.default('members'), moderated: flag(), members: members.default([]) },
    }),
    ...{ answer: underWay, status: 202 },
    leadsTo: (_, { id }) => `/mailing-lists/${id}`,
    run: async (c, { body: { subscriptionId, members, ...wish } }) => {
      const whole = { ...wish, members: members.join('\n') }
      const made = await createList(c.var.db, c.var.actor, subscriptionId, whole)
      return { ...made.list, jobId: made.jobId }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Change', method: 'PATCH', path: one },
    body: z.strictObject({
      version: version(),
      owner: line(254).optional(),
      posting: posting.optional(),
      moderated: z.boolean().optional(),
      members: members.optional(),
    }),
    ...{ answer: underWay, status: 202 },
    run: async (c, { body }) => {
      const { db, actor } = c.var
      const { list } = await findList(db, actor, idOf(c))
      const jobId = await changeList(db, actor, list.id, {
        version: body.version,
        owner: body.owner ?? list.owner,
        posting: body.posting ?? list.posting,
        moderated: body.moderated ?? list.moderated,
        members: (body.members ?? list.members).join('\n'),
      })
      return { ...(await findList(db, actor, list.id)).list, jobId }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Remove', method: 'DELETE', path: one },
    ...{ answer: going, status: 202 },
    run: async (c) => ({ jobId: await removeList(c.var.db, c.var.actor, idOf(c)) }),
  }),
]
