import { Hono } from 'hono'
import { z } from 'zod'
import { mayWrite } from '../accounts/access.ts'
import { Forbidden, Invalid } from '../errors.ts'
import { domainName, shownDomain, wasChanged } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, oneOf, reference } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { nameField } from './domain-fields.ts'
import { addForwarding } from './forwarding.ts'
import { type TargetChoice, targetChoice } from './target-fields.ts'

const stepOne = z.strictObject({
  domain: nameField(),
  subscription: z.string().max(20).default(''),
})

const stepTwo = z
  .strictObject({
    domain: nameField(),
    subscription: reference(),
    to: oneOf(['account', 'address']),
    address: z.string().trim().max(1000, 'Use at most {maximum} characters.').default(''),
    consent: checkbox(),
  })
  .refine(({ to, address }) => to === 'account' || address !== '', {
    path: ['address'],
    error: 'Required',
  })

export interface NewForwardingPage {
  /** chosen already, on its own page */
  subscription: string
  form: FailedForm | undefined
}

export interface ForwardingTargetPage extends TargetChoice {
  /** as it was typed, so that the rule looks at it once more */
  typed: string
  name: string
  chosen: string
  form: FailedForm | undefined
}

export const forwardingRoutes = new Hono<Env>()

  // S-56
  .get('/forwardings/new', async (c) => {
    assertMayWrite(c)
    return page(c, 'domains/new-forwarding', {
      subscription: c.req.query('subscription') ?? '',
      form: undefined,
    })
  })

  .post('/forwardings/new', async (c) => {
    assertMayWrite(c)
    const form = await attempt(c, stepOne, async ({ domain }) => domainName(domain))
    if (!form.ok) {
      const data = { subscription: String(form.values.subscription ?? ''), form }
      return invalid(c, 'domains/new-forwarding', 'domains/new-forwarding', data)
    }
    const { domain, subscription } = form.values
    const query = new URLSearchParams({ domain, ...(subscription ? { subscription } : {}) })
    return changed(c, `/forwardings/new/target?${query}`)
  })

  // S-57
  .get('/forwardings/new/target', async (c) => {
    assertMayWrite(c)
    const typed = c.req.query('domain') ?? ''
    return isName(typed)
      ? page(c, 'domains/forwarding-target', await targetPage(c, typed))
      : changed(c, '/forwardings/new')
  })

  .post('/forwardings/new/target', async (c) => {
    assertMayWrite(c)
    const { db, actor } = c.var
    const form = await attempt(c, stepTwo, ({ domain, subscription, to, address, consent }) =>
      addForwarding(db, actor, subscription, {
        name: domain,
        address: to === 'address' ? address : null,
        consent,
      }),
    )
    if (!form.ok) {
      const data = await targetPage(c, String(form.values.domain ?? ''), form)
      return invalid(c, 'domains/forwarding-target', 'domains/forwarding-target', data)
    }
    const { domain, jobId } = form.result
    await c.var.jobs.finished(jobId, 1000)
    const words = { domain: shownDomain(domain.name) }
    if (wasChanged(form.values.domain, domain.name)) {
      tell(c, 'The domain was set up as {domain}.', words)
    } else {
      tell(c, 'Forwarding {domain} set up.', words)
    }
    return changed(c, '/forwardings')
  })

async function targetPage(c: C, typed: string, form?: FailedForm): Promise<ForwardingTargetPage> {
  const chosen = c.req.query('subscription') ?? String(form?.values.subscription ?? '')
  return {
    ...(await targetChoice(c, chosen)),
    typed,
    name: isName(typed) ? shownDomain(domainName(typed)) : typed,
    chosen,
    form,
  }
}

function isName(typed: string): boolean {
  try {
    return domainName(typed) !== ''
  } catch (refusal) {
    if (refusal instanceof Invalid) return false
    throw refusal
  }
}

function assertMayWrite(c: C) {
  if (!mayWrite(c.var.actor)) throw new Forbidden('With this login you can look, but not change.')
}
