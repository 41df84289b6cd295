import { Hono } from 'hono'
import { z } from 'zod'
import { documentRoot } from '../contract/sites.ts'
import { Invalid } from '../errors.ts'
import { countOf, type DomainMail, mailAt, refuseUnseen } from '../mail/domain-mail.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, optionalLine, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { assertNotMain, findDomain, type OwnedDomain } from './access.ts'
import { certificateOf } from './https.ts'
import { removeDomain } from './removal.ts'

const one = '/domains/:id{[1-9][0-9]{0,14}}/removal'

/** What the confirmation counted comes back with it, so that nothing goes unseen (F-84). */
const removalForm = z.strictObject({
  yes: checkbox(),
  name: optionalLine(254).optional(),
  addresses: wholeNumber().optional(),
})

export interface DomainRemovalPage extends OwnedDomain {
  name: string
  /** the list it stands in */
  list: string
  /** its folder, which stays; null: it has none of its own */
  files: string | null
  /** addresses at it, which go with it */
  mail: DomainMail
  addresses: number
  /** whether it has one, which goes too */
  certificate: boolean
  form: FailedForm | undefined
}

export const domainRemovalRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'domains/removal', await removalPage(c)))

  // S-58
  .post(one, async (c) => {
    const { db, actor } = c.var
    const { domain, list, name } = await removalPage(c)
    const form = await attempt(c, removalForm, ({ yes, name: typed, addresses = 0 }) => {
      if (addresses > 0) refuseOtherName([name, domain.name], typed)
      else if (!yes) throw new Invalid('yes', 'Check this box to remove it.')
      return removeDomain(db, actor, domain.id, refuseUnseen(addresses))
    })
    if (!form.ok) {
      return invalid(c, 'domains/removal', 'domains/removal', await removalPage(c, form))
    }
    await c.var.jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name })
    return changed(c, list)
  })

/** As it is written, or as the DNS has it. @throws {Invalid} at `name` */
function refuseOtherName([shown = '', ...others]: string[], typed = '') {
  if ([shown, ...others].includes(typed.toLowerCase())) return
  throw new Invalid('name', 'This is not its name. Type {name}.', { name: shown })
}

async function removalPage(c: C, form?: FailedForm): Promise<DomainRemovalPage> {
  const owned = await findDomain(c.var.db, c.var.actor, Number(c.req.param('id')))
  const { domain, subscription } = owned
  assertNotMain(domain)
  const isForwarding = domain.kind === 'alias' || domain.kind === 'redirect'
  const own = !isForwarding && domain.folder === null
  const [mail, certificate] = await Promise.all([
    mailAt(c.var.db, domain.name),
    certificateOf(c.var.db, domain.id),
  ])
  return {
    ...owned,
    ...{ mail, addresses: countOf(mail), certificate: certificate !== null },
    name: shownDomain(domain.name),
    list: isForwarding ? '/forwardings' : '/domains',
    files: own ? documentRoot(subscription.systemUser, domain.name) : null,
    form,
  }
}
