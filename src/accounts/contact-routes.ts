import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { maySeeSecrets } from '../audit/roles.ts'
import { changeContactInfo } from '../auth/address-change.ts'
import { Forbidden, Invalid, Stale } from '../errors.ts'
import { retellReplies } from '../mail/time-zone.ts'
import type { Difference } from '../plans/differences.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, text, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { visitorOf } from '../web/visitor.ts'
import { findAccount, mayManage } from './access.ts'
import { type Contact, mayChangeContact, provides } from './contact.ts'
import {
  type ContactOptions,
  contactDifferences,
  contactFields,
  contactOptions,
  noteBytes,
} from './contact-fields.ts'
import { describe } from './description.ts'
import { type Account, accounts } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}'
const contactForm = z.strictObject({
  ...contactFields,
  version: wholeNumber(),
  additionalInformation: text(noteBytes).optional(),
  apiAccess: checkbox(),
  /** only for another e-mail address of one's own */
  current: z.string().default(''),
})

const descriptionForm = z.strictObject({ description: text(noteBytes) })

export interface ContactPage {
  account: Account
  options: ContactOptions
  /** that the form was drawn from */
  version: number
  /** the provider's part of the form */
  provides: boolean
  /** whose own it is gives the password for another e-mail address */
  own: boolean
  /** what somebody else saved meanwhile, and what was typed here (F-73) */
  differences: Difference[]
  form: FailedForm | undefined
}

export interface DescriptionPage {
  account: Account
  form: FailedForm | undefined
}

export const contactRoutes = new Hono<Env>()

  .get(`${one}/contact`, async (c) => page(c, 'accounts/contact', await contactPage(c)))

  // P-4
  .post(`${one}/contact`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    let late: Contact | undefined
    const form = await attempt(c, contactForm, ({ version, current, ...wish }) =>
      changeContactInfo(
        db,
        actor,
        id,
        { version, current, wish: provided(wish) },
        visitorOf(c),
        (tx, accountId) => retellReplies(tx, actor, eq(accounts.id, accountId)),
      ).catch((refusal) => {
        if (!(refusal instanceof Stale)) throw refusal
        late = wish
        throw new Invalid('', refusal.message)
      }),
    )
    if (!form.ok && late) return page(c, 'accounts/contact', await contactPage(c, form, late), 409)
    if (!form.ok) {
      return invalid(c, 'accounts/contact', 'accounts/contact', await contactPage(c, form))
    }
    tell(c, 'The contact data was saved.')
    return changed(c, `/customers/${id}`)
  })

  .get(`${one}/description`, async (c) => page(c, 'accounts/description', await descriptionPage(c)))

  // P-12
  .post(`${one}/description`, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const form = await attempt(c, descriptionForm, ({ description }) =>
      describe(db, actor, id, description),
    )
    if (form.ok) {
      tell(c, 'The description was saved.')
      return changed(c, `/customers/${id}`)
    } else {
      const data = await descriptionPage(c, form)
      return invalid(c, 'accounts/description', 'accounts/description', data)
    }
  })

/** Without its note an account's own form leaves the provider's part alone. */
const provided = <Wish extends { additionalInformation?: string | undefined; apiAccess: boolean }>({
  additionalInformation,
  apiAccess,
  ...own
}: Wish) =>
  additionalInformation === undefined ? own : { ...own, additionalInformation, apiAccess }

async function contactPage(c: C, form?: FailedForm, late?: Contact): Promise<ContactPage> {
  const { db, actor } = c.var
  const id = Number(c.req.param('id'))
  const account = await findAccount(db, actor, id)
  if (!mayChangeContact(actor, account)) throw new Forbidden('Only the provider can change this.')
  return {
    account,
    options: contactOptions(c),
    // Whoever is told of the others' changes overwrites them knowingly.
    version: form && !late ? Number(form.values.version) : account.version,
    provides: provides(actor, account),
    own: id === actor.accountId && maySeeSecrets(actor),
    differences: late ? contactDifferences(account, late) : [],
    form,
  }
}

async function descriptionPage(c: C, form?: FailedForm): Promise<DescriptionPage> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
  return { account, form }
}
