import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { furtherLogin, type ListedLogin, loginsOf, managedAccount } from '../auth/account-logins.ts'
import {
  addLogin,
  changeFurtherLogin,
  furtherRoles,
  mailLinkTo,
  resetSecondFactor,
} from '../auth/further-logins.ts'
import { minimumLength } from '../auth/password-policy.ts'
import { unlessProbing } from '../subscriptions/probing.ts'
import type { C, Env } from '../web/env.ts'
import { email, line, oneOf } from '../web/fields.ts'
import { requirePanelAddress } from '../web/panel-address.ts'
import {
  attempt,
  changed,
  type FailedForm,
  invalid,
  page,
  parseForm,
  tell,
} from '../web/respond.ts'
import { roleLabels } from './role-fields.ts'
import type { Account } from './schema.ts'

const all = '/customers/:id{[1-9][0-9]{0,14}}/logins'
const one = `${all}/:login{[1-9][0-9]{0,14}}`

const loginFields = { email: email(), role: oneOf(furtherRoles) }
const newForm = z.strictObject({
  login: line(254),
  ...loginFields,
  /** empty: a link to choose one is mailed */
  password: z
    .string()
    .default('')
    .transform((typed) => typed || null),
})
const changeForm = z.strictObject(loginFields)
const nothing = z.strictObject({})

export interface LoginsPage {
  account: Account
  logins: ListedLogin[]
  roles: typeof roleLabels
}

export interface FurtherLoginPage {
  account: Account
  /** null: a new one */
  login: ListedLogin | null
  roles: typeof roleLabels
  choices: typeof furtherRoles
  minimum: number
  form: FailedForm | undefined
}

export const furtherLoginRoutes = new Hono<Env>()

  .get(all, async (c) => {
    const account = await managed(c)
    const logins = await loginsOf(c.var.db, account.id)
    return page(c, 'accounts/logins', { account, logins, roles: roleLabels } satisfies LoginsPage)
  })

  .get(`${all}/new`, async (c) => page(c, 'accounts/further-login', await loginPage(c)))

  .post(`${all}/new`, async (c) => {
    const { db, actor } = c.var
    const post = await postOf(c)
    const form = await attempt(c, newForm, (wish) =>
      unlessProbing(db, actor, () => addLogin(db, actor, post, accountOf(c), wish)),
    )
    if (!form.ok) return refused(c, form)
    if (form.values.password)
      tell(c, '{name} can log in now, and chooses another password at once.', {
        name: form.values.login,
      })
    else
      tell(c, 'A link to choose a password is on its way to {address}.', {
        address: form.values.email,
      })
    return changed(c, back(c))
  })

  .get(one, async (c) => page(c, 'accounts/further-login', await loginPage(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, changeForm, (wish) =>
      changeFurtherLogin(db, actor, accountOf(c), loginOf(c), wish),
    )
    if (!form.ok) return refused(c, form)
    tell(c, 'Saved.')
    return changed(c, back(c))
  })

  .get(`${one}/link`, (c) => c.redirect(back(c), 303))

  .post(`${one}/link`, async (c) => {
    const { db, actor } = c.var
    await pressed(c)
    await mailLinkTo(db, actor, await postOf(c), accountOf(c), loginOf(c))
    tell(c, 'A link to choose a new password is on its way.')
    return changed(c, back(c))
  })

  .get(`${one}/second-factor`, (c) => c.redirect(back(c), 303))

  .post(`${one}/second-factor`, async (c) => {
    const { db, actor } = c.var
    await pressed(c)
    await resetSecondFactor(db, actor, accountOf(c), loginOf(c))
    tell(c, 'The second factor was reset.')
    return changed(c, back(c))
  })

const accountOf = (c: C) => Number(c.req.param('id'))
const loginOf = (c: C) => Number(c.req.param('login'))
const back = (c: C) => `/customers/${accountOf(c)}/logins`

async function postOf(c: C) {
  return { sealingKey: c.var.sealingKey, panel: await requirePanelAddress(c) }
}

/** A button and nothing else (F-83): our own pages send no more. */
async function pressed(c: C) {
  await managed(c)
  const form = await parseForm(c, nothing)
  if (!form.ok) throw new HTTPException(400)
}

async function managed(c: C): Promise<Account> {
  return managedAccount(c.var.db, c.var.actor, accountOf(c))
}

async function refused(c: C, form: FailedForm) {
  const data = await loginPage(c, form)
  return invalid(c, 'accounts/further-login', 'accounts/further-login', data)
}

async function loginPage(c: C, form?: FailedForm): Promise<FurtherLoginPage> {
  const { db, actor } = c.var
  const found = c.req.param('login')
    ? await furtherLogin(db, actor, accountOf(c), loginOf(c))
    : { account: await managed(c), login: null }
  const minimum = await minimumLength(db)
  return { ...found, roles: roleLabels, choices: furtherRoles, minimum, form }
}
