import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { findAccount } from '../accounts/access.ts'
import { provides } from '../accounts/contact.ts'
import { noteBytes } from '../accounts/contact-fields.ts'
import { describe } from '../accounts/description.ts'
import { type Account, accounts } from '../accounts/schema.ts'
import { changeContactInfo } from '../auth/address-change.ts'
import { Forbidden } from '../errors.ts'
import { defaultMailbox } from '../mail/default-mailbox.ts'
import { retellReplies } from '../mail/time-zone.ts'
import { takeCredentials } from '../subscriptions/credentials.ts'
import { createCustomer, type NewCustomer } from '../subscriptions/customer.ts'
import { activateAccount, suspendAccount } from '../subscriptions/suspension.ts'
import { line, text } from '../web/fields.ts'
import { requirePanelAddress } from '../web/panel-address.ts'
import { visitorOf } from '../web/visitor.ts'
import { customer, customerOf } from './customers.ts'
import { endpoint, idOf } from './endpoint.ts'
import { contact, contactChange, flag, optionalReference, password, version } from './fields.ts'
import { credentials, placed, placeFields } from './sale.ts'
import { id } from './shapes.ts'

const group = 'Customers'

const newCustomer = z.strictObject({
  kind: z.enum(['customer', 'reseller']).default('customer'),
  login: line(254),
  password: password(),
  ...contact,
  description: text(noteBytes).default(''),
  additionalInformation: text(noteBytes).default(''),
  enabled: z.boolean().default(true),
  apiAccess: flag(),
  welcome: flag(),
  resellerPlanId: optionalReference(),
  subscription: z.strictObject(placeFields).nullable().default(null),
})

const changes = z.strictObject({
  version: version(),
  ...contactChange,
  additionalInformation: text(noteBytes).optional(),
  apiAccess: z.boolean().optional(),
  current: z
    .string()
    .default('')
    .describe('The password, for another e-mail address of one’s own.'),
})

export const customerChanges = [
  // P-60, P-63, M-25 to M-31
  endpoint({
    ...{ group, does: 'Create', method: 'POST', path: '/customers', for: 'sellers' },
    body: newCustomer,
    answer: customer.extend({ subscriptionId: id.nullable(), jobId: id.nullable(), credentials }),
    status: 201,
    leadsTo: (_, { id }) => `/customers/${id}`,
    run: async (c, { body: { subscription, enabled, password, welcome, ...wish } }) => {
      const { db, actor, sealingKey } = c.var
      const { account, created } = await createCustomer(db, sealingKey, actor, {
        ...(wish as Omit<NewCustomer, 'password' | 'enabled' | 'welcome' | 'subscription'>),
        enabled,
        password: password || null,
        welcome: welcome ? { panel: await requirePanelAddress(c) } : null,
        subscription: subscription && { ...placed(subscription), furnish: defaultMailbox },
      })
      const subscriptionId = created?.subscription.id ?? null
      const of = subscriptionId === null ? { accountId: account.id } : { subscriptionId }
      return {
        ...(await customerOf(c, account.id)),
        subscriptionId,
        jobId: created?.jobId ?? null,
        credentials: (await takeCredentials(db, sealingKey, actor, of)) ?? null,
      }
    },
  }),

  // P-4, M-30
  endpoint({
    ...{ group, does: 'Change contact info', method: 'PATCH', path: '/customers/{id}' },
    ...{ body: changes, answer: customer, status: 200 },
    run: async (c, { body: { version, current, ...wish } }) => {
      const { db, actor } = c.var
      const account = await findAccount(db, actor, idOf(c))
      const providers = 'additionalInformation' in wish || 'apiAccess' in wish
      // The rule passes over what only a provider says; here nothing is passed over (F-115).
      if (providers && !provides(actor, account)) {
        throw new Forbidden('Only the provider can change this.')
      }
      const wanted = { ...standing(account), ...wish } as ReturnType<typeof standing>
      await changeContactInfo(
        db,
        actor,
        account.id,
        { version, current, wish: wanted },
        visitorOf(c),
        (tx, accountId) => retellReplies(tx, actor, eq(accounts.id, accountId)),
      )
      return customerOf(c, account.id)
    },
  }),

  // P-12
  endpoint({
    ...{ group, does: 'Change description', method: 'PATCH', path: '/customers/{id}/description' },
    body: z.strictObject({ description: text(noteBytes) }),
    ...{ answer: customer, status: 200 },
    run: async (c, { body: { description } }) => {
      await describe(c.var.db, c.var.actor, idOf(c), description)
      return customerOf(c, idOf(c))
    },
  }),

  // P-17
  endpoint({
    ...{ group, does: 'Suspend', method: 'POST', path: '/customers/{id}/suspension' },
    body: z.strictObject({ text: text(1000).default(''), mail: flag() }),
    ...{ answer: customer, status: 200, leadsTo: (c) => `/customers/${idOf(c)}` },
    run: async (c, { body: { text, mail } }) => {
      await suspendAccount(c.var.db, c.var.actor, idOf(c), text, { mail })
      return customerOf(c, idOf(c))
    },
  }),

  // P-20, R-4: what stays is in the answer with its reasons
  endpoint({
    ...{ group, does: 'Activate', method: 'DELETE', path: '/customers/{id}/suspension' },
    ...{ answer: customer, status: 200 },
    run: async (c) => {
      await activateAccount(c.var.db, c.var.actor, idOf(c))
      return customerOf(c, idOf(c))
    },
  }),
]

/** The provider's part too, so that it stays where nothing is said of it. */
const standing = (account: Account) => ({
  name: account.name,
  company: account.company,
  email: account.email,
  phone: account.phone,
  street: account.street,
  postcode: account.postcode,
  city: account.city,
  country: account.country,
  language: account.language,
  timeZone: account.timeZone,
  additionalInformation: account.additionalInformation,
  apiAccess: account.apiAccess,
})
