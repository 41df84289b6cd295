import { domainToASCII } from 'node:url'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { MAX_SUSPENDED_TEXT } from '../contract/sites.ts'
import { findDomain } from '../domains/access.ts'
import { addDomain } from '../domains/adding.ts'
import { changeDomain } from '../domains/change.ts'
import { removeDomain } from '../domains/removal.ts'
import { domainSource } from '../domains/source-fields.ts'
import { countOf, mailAt, refuseUnseen } from '../mail/domain-mail.ts'
import { domainKind, domains } from '../subscriptions/schema.ts'
import type { C } from '../web/env.ts'
import { text } from '../web/fields.ts'
import { backTo, common, going, jobId, place } from './contents.ts'
import { endpoint, idOf } from './endpoint.ts'
import { flag, optionalReference, reference, version } from './fields.ts'
import { listQuery, pageOf } from './lists.ts'
import { listOf } from './shapes.ts'

const kind = z.enum(domainKind.enumValues)

const domain = z.object({
  ...common,
  name: z.string().describe('As A-label.'),
  kind,
  sharedWithId: z.int().nullable().describe('Whose files it shows; null: its own'),
  www: z.boolean(),
  php: z.string().nullable().describe('null: as the subscription'),
  httpsOnly: z.boolean(),
  suspendedText: z.string(),
  addresses: z.int().describe('Of mail at it: they go with it.'),
  version: z.int(),
})

const listed = z.object({ ...place, name: z.string(), kind })
const underWay = domain.extend({ jobId })

const php = z.string().max(20, 'Choose from the list.').nullable()

const group = 'Domains'
/** What the rules call it. */
const names = { domain: 'name', folder: 'sharedWithId' }

export const domainEndpoints = [
  endpoint({
    ...{ group, does: 'List', method: 'GET', path: '/domains' },
    query: listQuery(domainSource.rules),
    ...{ answer: listOf(listed), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, domainSource)
      return { items: items.map((row) => ({ ...row, name: domainToASCII(row.name) })), next }
    },
  }),

  endpoint({
    ...{ group, does: 'Show', method: 'GET', path: '/domains/{id}' },
    ...{ answer: domain, status: 200 },
    run: (c) => domainOf(c, idOf(c)),
  }),

  // S-27 to S-29
  endpoint({
    ...{ group, does: 'Create', method: 'POST', path: '/domains', names },
    body: z.strictObject({
      subscriptionId: reference(),
      name: z.string().max(2000, 'Use at most {maximum} characters.'),
      sharedWithId: optionalReference(),
      www: z.boolean().default(true),
      php: php.default(null),
      consent: flag().describe('To a name below another account’s.'),
    }),
    ...{ answer: underWay, status: 202 },
    leadsTo: (_, { id }) => `/domains/${id}`,
    run: async (c, { body: { subscriptionId, sharedWithId, ...wish } }) => {
      const { db, actor } = c.var
      const added = await addDomain(db, actor, subscriptionId, {
        ...wish,
        sharedWith: sharedWithId,
      })
      return { ...(await domainOf(c, added.domain.id)), jobId: added.jobId }
    },
  }),

  endpoint({
    ...{ group, does: 'Change', method: 'PATCH', path: '/domains/{id}', names },
    body: z.strictObject({
      version: version(),
      sharedWithId: reference().nullable().optional(),
      www: z.boolean().optional(),
      php: php.optional(),
      httpsOnly: z.boolean().optional(),
      suspendedText: text(MAX_SUSPENDED_TEXT).optional(),
    }),
    ...{ answer: underWay, status: 202 },
    run: async (c, { body: { version, sharedWithId, ...wish } }) => {
      const { db, actor } = c.var
      const { domain } = await findDomain(db, actor, idOf(c))
      const { id } = domain
      // its own number stands for "as it is"
      const kept = domain.folder === null ? null : id
      const jobId = await changeDomain(db, actor, id, {
        version,
        sharedWith: sharedWithId === undefined ? kept : sharedWithId,
        www: wish.www ?? domain.www,
        php: wish.php === undefined ? domain.php : wish.php,
        httpsOnly: wish.httpsOnly ?? domain.httpsOnly,
        suspendedText: wish.suspendedText ?? domain.suspendedText,
      })
      return { ...(await domainOf(c, id)), jobId }
    },
  }),

  // S-58, F-84
  endpoint({
    ...{ group, does: 'Remove', method: 'POST', path: '/domains/{id}/removal' },
    body: z.strictObject({
      addresses: z.int().min(0).default(0).describe('As told: more than that do not go with it.'),
    }),
    ...{ answer: going, status: 202, leadsTo: backTo('domains') },
    run: async (c, { body: { addresses } }) => ({
      jobId: await removeDomain(c.var.db, c.var.actor, idOf(c), refuseUnseen(addresses)),
    }),
  }),
]

async function domainOf({ var: { db, actor } }: C, id: number) {
  const { domain } = await findDomain(db, actor, id)
  const { subscriptionId, folder } = domain
  const [mail, shared] = await Promise.all([
    mailAt(db, domain.name),
    folder === null
      ? []
      : db
          .select({ id: domains.id })
          .from(domains)
          .where(and(eq(domains.subscriptionId, subscriptionId), eq(domains.name, folder))),
  ])
  return { ...domain, addresses: countOf(mail), sharedWithId: shared[0]?.id ?? null }
}
