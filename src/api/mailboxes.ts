import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { takeToShow } from '../auth/shown-once.ts'
import { MIN_QUOTA } from '../contract/mail.ts'
import { findMailbox } from '../mail/access.ts'
import { aliasesOf } from '../mail/aliases.ts'
import { changeMailbox, type MailboxEdit } from '../mail/change.ts'
import { createMailbox, type NewMailbox } from '../mail/creation.ts'
import { shownOnce } from '../mail/credentials.ts'
import { mailboxSource } from '../mail/mailbox-source-fields.ts'
import { changeMailboxPassword } from '../mail/password.ts'
import { removeMailbox } from '../mail/removal.ts'
import { mailSwitches } from '../mail/schema.ts'
import { MB } from '../plans/property.ts'
import type { C } from '../web/env.ts'
import { line, optionalLine, text } from '../web/fields.ts'
import { backTo, common, generated, going, jobId, place } from './contents.ts'
import { endpoint, idOf } from './endpoint.ts'
import { password, reference, version } from './fields.ts'
import { listQuery, pageOf } from './lists.ts'
import { bytes, listOf, moment } from './shapes.ts'

const mailSwitch = z.enum(mailSwitches)
const day = z.iso.date('Choose a day.').nullable()
const addresses = z.array(line(254)).max(1000)

const address = { local: z.string(), domain: z.string().describe('As A-label.') }

const mailbox = z.object({
  ...{ ...common, ...address },
  quota: bytes,
  bytes: bytes.nullable().describe('null: it was not measured yet'),
  measuredAt: moment.nullable(),
  enabled: z.boolean(),
  imap: mailSwitch,
  pop3: mailSwitch,
  virusScan: mailSwitch,
  aliases: z.array(z.string()),
  catchAll: z.boolean(),
  forwardTo: z.array(z.string()),
  keepCopy: z.boolean(),
  reply: z.boolean(),
  replySubject: z.string(),
  replyText: z.string(),
  replyFrom: day,
  replyUntil: day,
  version: z.int(),
})

const listed = z.object({
  ...{ ...place, ...address },
  ...{ quota: bytes, bytes: bytes.nullable(), enabled: z.boolean() },
  ...{ catchAll: z.boolean(), forwardTo: z.array(z.string()), reply: z.boolean() },
})

const underWay = mailbox.extend({ jobId })
const withPassword = underWay.extend({ password: generated })

/** Pages show whole MB, so nothing finer is kept. */
const quota = z
  .int()
  .min(MIN_QUOTA)
  .max(999_999_999 * MB)
  .multipleOf(MB)

const settings = {
  enabled: z.boolean(),
  imap: mailSwitch,
  pop3: mailSwitch,
  virusScan: mailSwitch,
  aliases: addresses,
  catchAll: z.boolean(),
  forwardTo: addresses,
  keepCopy: z.boolean(),
  reply: z.boolean(),
  replySubject: optionalLine(200),
  replyText: text(4000),
  replyFrom: day,
  replyUntil: day,
}

const usual = {
  enabled: true,
  ...{ imap: 'plan', pop3: 'plan', virusScan: 'plan' },
  ...{ aliases: [], catchAll: false, forwardTo: [], keepCopy: true },
  ...{ reply: false, replySubject: '', replyText: '', replyFrom: null, replyUntil: null },
} as const

const about = { group: 'Mailboxes', area: 'mail' } as const
const one = '/mailboxes/{id}'

export const mailboxEndpoints = [
  endpoint({
    ...{ ...about, does: 'List', method: 'GET', path: '/mailboxes' },
    query: listQuery(mailboxSource.rules),
    ...{ answer: listOf(listed), status: 200 },
    run: async (c) => {
      const { items, next } = await pageOf(c, mailboxSource)
      return { items: items.map((row) => ({ ...row, domain: domainToASCII(row.domain) })), next }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Show', method: 'GET', path: one },
    ...{ answer: mailbox, status: 200 },
    run: (c) => mailboxOf(c, idOf(c)),
  }),

  // S-13
  endpoint({
    ...{ ...about, does: 'Create', method: 'POST', path: '/mailboxes' },
    body: z.strictObject({
      subscriptionId: reference(),
      ...{ local: line(64), domain: line(253), password: password(), quota },
      ...z.object(settings).partial().shape,
    }),
    ...{ answer: withPassword, status: 202 },
    leadsTo: (_, { id }) => `/mailboxes/${id}`,
    run: async (c, { body: { subscriptionId, ...wish } }) => {
      const { db, actor, sealingKey } = c.var
      const whole = typed({ ...usual, ...wish }) as NewMailbox
      const made = await createMailbox(db, sealingKey, actor, subscriptionId, whole)
      const { id } = made.mailbox
      const password = await takeToShow(db, sealingKey, actor, shownOnce(id))
      return { ...(await mailboxOf(c, id)), jobId: made.jobId, password: password ?? null }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Change', method: 'PATCH', path: one },
    body: z.strictObject({
      version: version(),
      quota: quota.optional(),
      ...z.object(settings).partial().shape,
    }),
    ...{ answer: underWay, status: 202 },
    run: async (c, { body }) => {
      const now = await mailboxOf(c, idOf(c))
      const edit = typed({ ...settingsOf(now), ...body }) as MailboxEdit
      const jobId = await changeMailbox(c.var.db, c.var.actor, now.id, edit)
      return { ...(await mailboxOf(c, now.id)), jobId }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Change password', method: 'POST', path: `${one}/password` },
    body: z.strictObject({ password: password() }),
    ...{ answer: withPassword, status: 202, leadsTo: backTo('mailboxes') },
    run: async (c, { body }) => {
      const { db, actor, sealingKey } = c.var
      const given = body.password || null
      const jobId = await changeMailboxPassword(db, sealingKey, actor, idOf(c), given)
      const password = await takeToShow(db, sealingKey, actor, shownOnce(idOf(c)))
      return { ...(await mailboxOf(c, idOf(c))), jobId, password: password ?? null }
    },
  }),

  endpoint({
    ...{ ...about, does: 'Remove', method: 'DELETE', path: one },
    ...{ answer: going, status: 202 },
    run: async (c) => ({ jobId: await removeMailbox(c.var.db, c.var.actor, idOf(c)) }),
  }),
]

async function mailboxOf({ var: { db, actor } }: C, id: number) {
  const { mailbox } = await findMailbox(db, actor, id)
  return { ...mailbox, aliases: await aliasesOf(db, id) }
}

type Found = Awaited<ReturnType<typeof mailboxOf>>

const settingsOf = (found: Found) =>
  Object.fromEntries(
    ['quota', ...Object.keys(settings)].map((name) => [name, found[name as keyof Found]]),
  )

/** The rules read addresses as people type them. */
const typed = <Wish extends object>(wish: Wish) => {
  const { aliases, forwardTo } = wish as { aliases: string[]; forwardTo: string[] }
  return { ...wish, aliases: aliases.join('\n'), forwardTo: forwardTo.join('\n') } as unknown
}
