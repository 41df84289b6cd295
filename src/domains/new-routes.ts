import { Hono } from 'hono'
import { z } from 'zod'
import { mayWrite } from '../accounts/access.ts'
import { Forbidden } from '../errors.ts'
import { shownDomain, wasChanged } from '../names/domain.ts'
import { findSubscription } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, reference } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { addDomain } from './adding.ts'
import { folderField, folderOptions, nameField, phpField, phpOptions } from './domain-fields.ts'
import { namedTarget, onlyTarget, type TargetChoice, targetChoice } from './target-fields.ts'

const newDomainForm = z.strictObject({
  domain: nameField(),
  subscription: reference(),
  folder: folderField(),
  www: checkbox(),
  php: phpField(),
  consent: checkbox(),
})

export interface NewDomainPage {
  /** given in the address, or the only one there is */
  subscription: Subscription | null
  /** to choose from otherwise */
  choice: TargetChoice | null
  folders: Option[]
  versions: Option[]
  form: FailedForm | undefined
}

export const newDomainRoutes = new Hono<Env>()

  .get('/domains/new', async (c) => page(c, 'domains/new', await newPage(c)))

  // S-27 to S-29
  .post('/domains/new', async (c) => {
    const { db, actor } = c.var
    const form = await attempt(
      c,
      newDomainForm,
      ({ domain, subscription, folder, www, php, consent }) =>
        addDomain(db, actor, subscription, { name: domain, sharedWith: folder, www, php, consent }),
    )
    if (!form.ok) return invalid(c, 'domains/new', 'domains/new', await newPage(c, form))
    const { domain, jobId } = form.result
    await c.var.jobs.finished(jobId, 1000)
    if (wasChanged(form.values.domain, domain.name)) {
      tell(c, 'The domain was set up as {domain}.', { domain: shownDomain(domain.name) })
    } else {
      tell(c, 'Domain {domain} added.', { domain: shownDomain(domain.name) })
    }
    return changed(c, `/domains/${domain.id}`)
  })

async function newPage(c: C, form?: FailedForm): Promise<NewDomainPage> {
  const { db, actor } = c.var
  if (!mayWrite(actor)) throw new Forbidden('With this login you can look, but not change.')
  const named = namedTarget(c, form)
  const choice = named === null ? await targetChoice(c) : null
  const id = named ?? (choice && onlyTarget(choice))
  const subscription = id ? (await findSubscription(db, actor, id)).subscription : null
  return {
    subscription,
    choice,
    folders: subscription ? await folderOptions(db, subscription.id) : [],
    versions: subscription ? phpOptions(c.var.t, subscription.values) : [],
    form,
  }
}
