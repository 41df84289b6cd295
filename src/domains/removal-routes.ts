import { Hono } from 'hono'
import { z } from 'zod'
import { documentRoot } from '../contract/sites.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertNotMain, findDomain, type OwnedDomain } from './access.ts'
import { removeDomain } from './removal.ts'

const one = '/domains/:id{[1-9][0-9]{0,14}}/removal'

const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

export interface DomainRemovalPage extends OwnedDomain {
  name: string
  /** the list it stands in */
  list: string
  /** its folder, which stays; null: it has none of its own */
  files: string | null
  form: FailedForm | undefined
}

export const domainRemovalRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'domains/removal', await removalPage(c)))

  // S-58
  .post(one, async (c) => {
    const { db, actor } = c.var
    const { domain, list, name } = await removalPage(c)
    const form = await attempt(c, removalForm, () => removeDomain(db, actor, domain.id))
    if (!form.ok) {
      return invalid(c, 'domains/removal', 'domains/removal', await removalPage(c, form))
    }
    await c.var.jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name })
    return changed(c, list)
  })

async function removalPage(c: C, form?: FailedForm): Promise<DomainRemovalPage> {
  const owned = await findDomain(c.var.db, c.var.actor, Number(c.req.param('id')))
  const { domain, subscription } = owned
  assertNotMain(domain)
  const isForwarding = domain.kind === 'alias' || domain.kind === 'redirect'
  const own = !isForwarding && domain.folder === null
  return {
    ...owned,
    name: shownDomain(domain.name),
    list: isForwarding ? '/forwardings' : '/domains',
    files: own ? documentRoot(subscription.systemUser, domain.name) : null,
    form,
  }
}
