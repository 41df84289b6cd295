import { Hono } from 'hono'
import { z } from 'zod'
import { requireOwnHands } from '../audit/roles.ts'
import { minimumLength } from '../auth/password-policy.ts'
import { Forbidden } from '../errors.ts'
import { changeLogin, type LoginChange } from '../subscriptions/login-change.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, line } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findAccount, mayManage } from './access.ts'
import { ownerLogin } from './login.ts'
import type { Account } from './schema.ts'

const one = '/customers/:id{[1-9][0-9]{0,14}}'

/** An empty password leaves the old one. */
const loginForm = z
  .strictObject({
    login: line(254),
    password: z.string().default(''),
    repeat: z.string().default(''),
    generatePassword: checkbox(),
    also: checkbox(),
    notify: checkbox(),
  })
  .refine(({ generatePassword, password, repeat }) => generatePassword || password === repeat, {
    path: ['repeat'],
    error: 'The two passwords differ.',
  })

export interface LoginPage {
  account: Account
  login: string
  minimum: number
  form: FailedForm | undefined
}

export const accountLoginRoutes = new Hono<Env>()

  .get(`${one}/login`, async (c) => page(c, 'accounts/login', await loginPage(c)))

  // P-5, R-1
  .post(`${one}/login`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const id = Number(c.req.param('id'))
    const form = await attempt(c, loginForm, (values) =>
      changeLogin(db, sealingKey, actor, id, wish(values)),
    )
    if (!form.ok) return invalid(c, 'accounts/login', 'accounts/login', await loginPage(c, form))
    if (form.values.generatePassword) return changed(c, `/customers/${id}/credentials`)
    // P-6
    if (form.values.notify) tell(c, 'Saved. The customer is told by mail.')
    else tell(c, 'Saved. The customer is not told by this: tell them yourself.')
    return changed(c, `/customers/${id}`)
  })

function wish({
  login,
  password,
  generatePassword,
  also,
  notify,
}: z.infer<typeof loginForm>): LoginChange {
  const typed = password === '' ? ('keep' as const) : { typed: password }
  return { login, password: generatePassword ? 'generate' : typed, alsoSubscriptions: also, notify }
}

async function loginPage(c: C, form?: FailedForm): Promise<LoginPage> {
  const { db, actor } = c.var
  const account = await findAccount(db, actor, Number(c.req.param('id')))
  requireOwnHands(actor)
  if (!mayManage(actor, account)) throw new Forbidden('Only the provider can change this.')
  const [login, minimum] = await Promise.all([ownerLogin(db, account.id), minimumLength(db)])
  return { account, login: login.name, minimum, form }
}
