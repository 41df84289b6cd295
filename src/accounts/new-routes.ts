import { Hono } from 'hono'
import { z } from 'zod'
import { minimumLength } from '../auth/password-policy.ts'
import { Forbidden } from '../errors.ts'
import { defaultMailbox } from '../mail/default-mailbox.ts'
import { offeredPlans } from '../plans/access.ts'
import type { Plan } from '../plans/schema.ts'
import { createCustomer, type NewCustomer } from '../subscriptions/customer.ts'
import {
  awaited,
  hostOptions,
  ownOf,
  placeFields,
  saleOptions,
} from '../subscriptions/new-fields.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, oneOf, optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { requirePanelAddress } from '../web/panel-address.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { sellersOnly } from '../web/signed-in.ts'
import { maySell } from './access.ts'
import { accountFields, type ContactOptions, contactOptions } from './contact-fields.ts'
import { mayCreate } from './creation.ts'

const kinds = ['customer', 'reseller'] as const

/** P-60, M-25 to M-30, and P-63 where a domain is given. */
const newCustomerForm = z
  .strictObject({
    ...accountFields,
    ...placeFields,
    kind: oneOf(kinds).default('customer'),
    /** empty: one is generated */
    password: z.string().default(''),
    repeat: z.string().default(''),
    status: oneOf(['enabled', 'disabled']).default('enabled'),
    apiAccess: checkbox(),
    welcome: checkbox(),
    resellerPlan: optionalReference().default(null),
  })
  .refine(({ password, repeat }) => password === repeat, {
    path: ['repeat'],
    error: 'The two passwords differ.',
  })
  .refine(({ domain, plan }) => domain === '' || plan !== null, {
    path: ['plan'],
    error: 'Choose a plan.',
  })

export interface NewCustomerPage {
  kind: (typeof kinds)[number]
  mayMakeResellers: boolean
  contact: ContactOptions
  plans: Option[]
  resellerPlans: Option[]
  hosts: Option[]
  minimum: number
  form: FailedForm | undefined
}

export const newAccountRoutes = new Hono<Env>()

  .get('/customers/new', sellersOnly, async (c) =>
    page(c, 'accounts/new', await newCustomerPage(c)),
  )

  .post('/customers/new', sellersOnly, async (c) => {
    const { db, actor, sealingKey } = c.var
    const panel = await requirePanelAddress(c)
    const form = await attempt(c, newCustomerForm, (values) =>
      createCustomer(db, sealingKey, actor, wish(values, panel)),
    )
    if (!form.ok) {
      return invalid(c, 'accounts/new', 'accounts/new', await newCustomerPage(c, form))
    }

    const { account, created } = form.result
    if (created) return awaited(c, created, form.values.domain)
    if (form.values.welcome)
      tell(c, '{name} was created and is told by mail.', { name: account.name })
    else if (form.values.password === '') return changed(c, `/customers/${account.id}/credentials`)
    else tell(c, '{name} was created.', { name: account.name })
    return changed(c, `/customers/${account.id}`)
  })

type Form = z.infer<typeof newCustomerForm>

function wish(
  { domain, plan, host, consent, virusScan, imap, status, resellerPlan, welcome, ...form }: Form,
  panel: string,
): NewCustomer {
  const { repeat: _, password, ...account } = form
  return {
    ...account,
    password: password || null,
    enabled: status === 'enabled',
    welcome: welcome ? { panel } : null,
    resellerPlanId: resellerPlan,
    subscription:
      domain === ''
        ? null
        : {
            ...{ domain, planId: plan!, hostId: host, consent, furnish: defaultMailbox },
            own: ownOf({ virusScan, imap }),
          },
  }
}

async function newCustomerPage(c: C, form?: FailedForm): Promise<NewCustomerPage> {
  const { db, actor } = c.var
  if (!maySell(actor)) throw new Forbidden('With this login you can look, but not change.')
  const mayMakeResellers = mayCreate(actor, 'reseller')
  const [plans, resellerPlans, hosts, minimum] = await Promise.all([
    saleOptions(c, actor.accountId),
    mayMakeResellers ? offeredPlans(db, actor.accountId, 'reseller') : [],
    hostOptions(c),
    minimumLength(db),
  ])
  return {
    kind: mayMakeResellers && asked(c, form) === 'reseller' ? 'reseller' : 'customer',
    mayMakeResellers,
    contact: contactOptions(c),
    plans,
    resellerPlans: resellerPlans.map(planOption),
    hosts,
    minimum,
    form,
  }
}

const asked = (c: C, form?: FailedForm) => form?.values.kind ?? c.req.query('kind')

const planOption = ({ id, name, title }: Plan): Option => ({ value: id, label: title || name })
