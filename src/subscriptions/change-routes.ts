import { Hono } from 'hono'
import { z } from 'zod'
import { mayManage } from '../accounts/access.ts'
import { ownerLogin } from '../accounts/login.ts'
import type { Account } from '../accounts/schema.ts'
import { requireOwnHands } from '../audit/roles.ts'
import { minimumLength } from '../auth/password-policy.ts'
import { Shell } from '../contract/document.ts'
import { Forbidden } from '../errors.ts'
import { shownDomain } from '../names/domain.ts'
import { catalogue } from '../plans/catalogue.ts'
import type { Difference } from '../plans/differences.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, oneOf, optionalReference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import {
  assertMayProvideFor,
  findSubscription,
  mayChangePassword,
  mayChangeShell,
} from './access.ts'
import { sellerOf } from './creation.ts'
import { attemptInTime, seen } from './late-fields.ts'
import { planOptions } from './new-fields.ts'
import { changePassword } from './password.ts'
import { choosePlan } from './plan-choice.ts'
import type { Subscription } from './schema.ts'
import { changeShell } from './shell.ts'
import { shellOptions } from './shell-fields.ts'
import { shortAt } from './short-at.ts'

const one = '/subscriptions/:id{[1-9][0-9]{0,14}}'

/** S-49: other shells are no choice. */
const shellForm = z.strictObject({ shell: oneOf(Shell.options), seen })

/** Empty is Custom (P-36). */
const planForm = z.strictObject({ plan: optionalReference(), seen })

/** S-41 */
const passwordForm = z
  .strictObject({
    password: z.string().default(''),
    repeat: z.string().default(''),
    generatePassword: checkbox(),
    also: checkbox(),
  })
  .refine(({ generatePassword, password }) => generatePassword || password !== '', {
    path: ['password'],
    error: 'Required',
  })
  .refine(({ generatePassword, password, repeat }) => generatePassword || password === repeat, {
    path: ['repeat'],
    error: 'The two passwords differ.',
  })

export interface ChangePage {
  subscription: Subscription
  account: Account
  domain: string
  form: FailedForm | undefined
}

/** What somebody else chose meanwhile, and what was chosen here. */
interface Late {
  differences: Difference[]
}

export interface ShellPage extends ChangePage, Late {
  options: Option[]
}

export interface PlanPage extends ChangePage, Late {
  plans: Option[]
}

export interface PasswordPage extends ChangePage {
  minimum: number
  /** its account's panel login, if the reader may change that too */
  login: string | null
}

export const subscriptionChangeRoutes = new Hono<Env>()

  .get(`${one}/shell`, async (c) => page(c, 'subscriptions/shell', await shellPage(c)))

  // S-44 to S-50
  .post(`${one}/shell`, async (c) => {
    const { db, actor } = c.var
    const { form, late } = await attemptInTime(c, shellForm, ({ shell, seen }) =>
      changeShell(db, actor, idOf(c), shell, seen),
    )
    if (late)
      return page(c, 'subscriptions/shell', await shellPage(c, form as FailedForm, true), 409)
    if (!form.ok) {
      return invalid(c, 'subscriptions/shell', 'subscriptions/shell', await shellPage(c, form))
    }
    return done(c, form.result)
  })

  .get(`${one}/plan`, async (c) => page(c, 'subscriptions/plan', await planPage(c)))

  // S-38, P-34, P-36
  .post(`${one}/plan`, async (c) => {
    const { db, actor } = c.var
    const { form, late } = await attemptInTime(c, planForm, ({ plan, seen }) =>
      choosePlan(db, actor, idOf(c), plan, seen).catch(shortAt('plan')),
    )
    if (late) return page(c, 'subscriptions/plan', await planPage(c, form as FailedForm, true), 409)
    if (!form.ok) {
      return invalid(c, 'subscriptions/plan', 'subscriptions/plan', await planPage(c, form))
    }
    return done(c, form.result)
  })

  .get(`${one}/password`, async (c) => page(c, 'subscriptions/password', await passwordPage(c)))

  // S-40 to S-42
  .post(`${one}/password`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, passwordForm, ({ password, generatePassword, also }) =>
      changePassword(db, sealingKey, actor, idOf(c), {
        password: generatePassword ? 'generate' : { typed: password },
        alsoLogin: also,
      }),
    )
    if (!form.ok) {
      const data = await passwordPage(c, form)
      return invalid(c, 'subscriptions/password', 'subscriptions/password', data)
    }
    if (!form.values.generatePassword) return done(c, form.result)
    await c.var.jobs.finished(form.result, 1000)
    return changed(c, `/subscriptions/${idOf(c)}/credentials`)
  })

const idOf = (c: C) => Number(c.req.param('id'))

/** null: the host need not hear of it. */
async function done(c: C, jobId: number | null) {
  if (jobId !== null) await c.var.jobs.finished(jobId, 1000)
  tell(c, 'Saved.')
  return changed(c, `/subscriptions/${idOf(c)}`)
}

async function owned(c: C) {
  const found = await findSubscription(c.var.db, c.var.actor, idOf(c))
  return { ...found, domain: shownDomain(found.subscription.domain) }
}

async function shellPage(c: C, form?: FailedForm, late = false): Promise<ShellPage> {
  const found = await owned(c)
  if (!mayChangeShell(c.var.actor, found)) throw new Forbidden('Only the provider can change this.')
  const options = await shellOptions(c, found)
  const named = namer(options)
  const [from, to] = [named(found.subscription.values.shell), named(form?.values.shell)]
  return {
    ...found,
    options,
    differences: late ? [{ label: catalogue.shell.label, from, to }] : [],
    form,
  }
}

async function planPage(c: C, form?: FailedForm, late = false): Promise<PlanPage> {
  const found = await owned(c)
  assertMayProvideFor(c.var.actor, found.account)
  const plans = await planOptions(c.var.db, sellerOf(found.account))
  const named = namer(plans, c.var.t('Custom'))
  const [from, to] = [named(found.subscription.planId), named(form?.values.plan)]
  return { ...found, plans, differences: late ? [{ label: 'Plan', from, to }] : [], form }
}

const namer =
  (options: Option[], none = '–') =>
  (value: unknown): string =>
    options.find((option) => String(option.value) === String(value))?.label ?? none

async function passwordPage(c: C, form?: FailedForm): Promise<PasswordPage> {
  const { db, actor } = c.var
  const found = await owned(c)
  requireOwnHands(actor)
  if (!mayChangePassword(actor, found)) throw new Forbidden('Only the provider can change this.')
  const login = mayManage(actor, found.account) ? await ownerLogin(db, found.account.id) : null
  return { ...found, minimum: await minimumLength(db), login: login?.name ?? null, form }
}
