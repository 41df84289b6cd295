import { Hono } from 'hono'
import { z } from 'zod'
import { documentRoot, MAX_SUSPENDED_TEXT } from '../contract/sites.ts'
import { serverOf } from '../hosts/server.ts'
import { shownDomain } from '../names/domain.ts'
import { mayChangeContents } from '../subscriptions/access.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, text, wholeNumber } from '../web/fields.ts'
import type { Option } from '../web/form-fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findDomain, type OwnedDomain } from './access.ts'
import { changeDomain } from './change.ts'
import { type DnsRecord, dnsRecords } from './dns.ts'
import { folderField, folderOptions, phpField, phpOptions } from './domain-fields.ts'
import { certificateOf } from './https.ts'
import type { Certificate } from './schema.ts'

const one = '/domains/:id{[1-9][0-9]{0,14}}'

const domainForm = z.strictObject({
  version: wholeNumber({ min: 1 }),
  folder: folderField(),
  www: checkbox(),
  php: phpField(),
  suspendedText: text(MAX_SUSPENDED_TEXT),
  httpsOnly: checkbox(),
})

export interface DomainPage extends OwnedDomain {
  name: string
  /** where the domain has to lead */
  server: string
  dns: DnsRecord[]
  certificate: Pick<Certificate, 'validUntil' | 'failures'> | null
  /** where its files lie; null: it has none */
  files: string | null
  folders: Option[]
  /** the number of the domain whose files it shows */
  sharedWith: number | null
  versions: Option[]
  mayChange: boolean
  form: FailedForm | undefined
}

export const domainRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'domains/show', await domainPage(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const form = await attempt(c, domainForm, ({ folder, ...wish }) =>
      changeDomain(db, actor, id, { ...wish, sharedWith: folder }),
    )
    if (!form.ok) return invalid(c, 'domains/show', 'domains/show', await domainPage(c, form))
    if (form.result !== null) await c.var.jobs.finished(form.result, 1000)
    tell(c, 'Saved.')
    return changed(c, `/domains/${id}`)
  })

export async function domainPage(c: C, form?: FailedForm): Promise<DomainPage> {
  const { db, actor, t } = c.var
  const owned = await findDomain(db, actor, Number(c.req.param('id')))
  const { domain, subscription } = owned
  const shown = domain.folder ?? domain.name
  const others = (await folderOptions(db, subscription.id)).filter(
    ({ value }) => value !== domain.id,
  )
  const shared = others.find(({ label }) => domain.folder !== null && label === shownDomain(shown))
  // the domain whose folder it shows may be gone: then its own number stands for "as it is"
  const kept =
    domain.folder !== null && !shared ? [{ value: domain.id, label: shownDomain(shown) }] : []
  const server = await serverOf(db, subscription)
  return {
    ...owned,
    name: shownDomain(domain.name),
    server,
    certificate: await certificateOf(db, domain.id),
    dns: dnsRecords(domain, subscription.values, server),
    files: domain.address === null ? documentRoot(subscription.systemUser, shown) : null,
    folders: [...others, ...kept],
    sharedWith: shared ? Number(shared.value) : (kept[0]?.value ?? null),
    versions: phpOptions(t, subscription.values),
    mayChange: !subscription.removing && mayChangeContents(actor, owned),
    form,
  }
}
