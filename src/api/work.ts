import { z } from 'zod'
import { findHost, type ListedHost } from '../hosts/access.ts'
import { hostStates } from '../hosts/schema.ts'
import { hostSource } from '../hosts/source-fields.ts'
import { findJob } from '../jobs/access.ts'
import { findBatch, standingOf } from '../jobs/batch.ts'
import { history } from '../jobs/history.ts'
import { jobRules } from '../jobs/list-fields.ts'
import { jobRows, nameOf, placeOf, scopeOf, wantedJobs } from '../jobs/row-fields.ts'
import { jobState } from '../jobs/schema.ts'
import { outcomeWords } from '../jobs/words.ts'
import { readList } from '../web/list.ts'
import { endpoint, idOf } from './endpoint.ts'
import { listQuery, pageOf, piece, size } from './lists.ts'
import { bytes, id, listOf, moment } from './shapes.ts'

const job = z.object({
  id,
  kind: z.string(),
  state: z.enum(jobState.enumValues),
  reason: z.string(),
  hostId: id.nullable(),
  subscriptionId: id.nullable(),
  actorName: z.string(),
  attempts: z.int(),
  createdAt: moment,
  runAt: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
})

const run = z.object({
  run: z.int(),
  outcome: z.enum(Object.keys(outcomeWords)),
  startedAt: moment,
  finishedAt: moment.nullable(),
  error: z.string(),
  steps: z.array(
    z.object({
      name: z.string(),
      place: z.string(),
      milliseconds: z.int(),
      exitCode: z.int().nullable(),
      output: z.string(),
    }),
  ),
})

const host = z.object({
  id,
  name: z.string(),
  kind: z.enum(['sandbox', 'ssh']),
  address: z.string(),
  port: z.int(),
  state: z.enum(hostStates),
  stateReason: z.string(),
  stateSince: moment,
  agentVersion: z.string().nullable(),
  open: z.boolean(),
  subscriptions: z.int().describe('At most a thousand are counted.'),
  facts: z
    .object({
      hostname: z.string(),
      load: z.number(),
      memory: z.object({ total: bytes, free: bytes }),
      disk: z.object({ total: bytes, free: bytes }),
      provides: z.array(z.string()),
    })
    .nullable(),
  factsAt: moment.nullable(),
  createdAt: moment,
  version: z.int(),
})

const batch = z.object({
  id,
  kind: z.string(),
  title: z.string(),
  actorName: z.string(),
  count: z.int(),
  createdAt: moment,
  standing: z.object({
    waiting: z.int(),
    running: z.int(),
    parked: z.int(),
    done: z.int(),
    cancelled: z.int(),
    later: z.int(),
  }),
})

/** `after` is the place of a job here, and its order is its own. */
const { sort: _, ...jobQuery } = listQuery(jobRules).shape

export const workEndpoints = [
  endpoint({
    ...{ group: 'Jobs', does: 'List', method: 'GET', path: '/jobs' },
    query: z.strictObject(jobQuery),
    ...{ answer: listOf(job), status: 200 },
    run: async (c) => {
      const asked = await wantedJobs(c, readList(c, jobRules).filters)
      return piece(await jobRows(c, asked, placeOf(c.req.query('after')), size + 1), nameOf)
    },
  }),

  endpoint({
    ...{ group: 'Jobs', does: 'Show', method: 'GET', path: '/jobs/{id}' },
    ...{ answer: job.extend({ runs: z.array(run) }), status: 200 },
    run: async (c) => {
      const found = await findJob(c.var.db, scopeOf(c), idOf(c))
      return { ...found, runs: await history(c.var.db, found) }
    },
  }),

  endpoint({
    ...{ group: 'Bulk action', does: 'Show', method: 'GET', path: '/batches/{id}' },
    ...{ answer: batch, status: 200 },
    run: async (c) => {
      const found = await findBatch(c.var.db, scopeOf(c), idOf(c))
      return { ...found, standing: await standingOf(c.var.db, found) }
    },
  }),

  endpoint({
    ...{ group: 'Hosts', does: 'List', method: 'GET', path: '/hosts', for: 'admins' },
    query: listQuery(hostSource.rules),
    ...{ answer: listOf(host), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, hostSource)
      return { items: items.map(told), next }
    },
  }),

  endpoint({
    ...{ group: 'Hosts', does: 'Show', method: 'GET', path: '/hosts/{id}', for: 'admins' },
    ...{ answer: host, status: 200 },
    run: async (c) => told(await findHost(c.var.db, c.var.actor, idOf(c))),
  }),
]

const told = (found: ListedHost) => ({ ...found, subscriptions: found.subscriptions.count })
