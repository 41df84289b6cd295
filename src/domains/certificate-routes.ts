import { X509Certificate } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { shownDomain } from '../names/domain.ts'
import { systemSettings } from '../settings/reading.ts'
import { mayChangeContents } from '../subscriptions/access.ts'
import type { C, Env } from '../web/env.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findDomain, type OwnedDomain } from './access.ts'
import { covers } from './certificate.ts'
import { removeCertificate, requestCertificate, uploadCertificate } from './https.ts'
import { type Certificate, certificates } from './schema.ts'

const one = '/domains/:id{[1-9][0-9]{0,14}}/certificate'

const pem = () => z.string().max(60_000, 'Use at most {maximum} characters.').default('')
const uploadForm = z.strictObject({ chain: pem(), key: pem() })

export interface CertificatePage extends OwnedDomain {
  name: string
  certificate: Omit<Certificate, 'sealedKey'> | null
  /** all names people may use */
  names: string[]
  /** those that it does not speak for */
  uncovered: string[]
  /** whose certificates can be fetched */
  server: string
  mayChange: boolean
  form: FailedForm | undefined
}

export const certificateRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'domains/certificate', await certificatePage(c)))

  .post(one, async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, uploadForm, (typed) =>
      uploadCertificate(db, sealingKey, actor, idOf(c), typed),
    )
    if (!form.ok) {
      // the key is a secret: it is not sent back
      const values = { ...form.values, key: '' }
      const data = await certificatePage(c, { ...form, values })
      return invalid(c, 'domains/certificate', 'domains/certificate', data)
    }
    return done(c, form.result, 'Certificate saved.')
  })

  .post(`${one}/fetch`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const job = await requestCertificate(db, sealingKey, actor, idOf(c))
    return done(c, job, 'The certificate is being fetched.', 3000)
  })

  .post(`${one}/removal`, async (c) => {
    const job = await removeCertificate(c.var.db, c.var.actor, idOf(c))
    return done(c, job, 'Certificate removed.')
  })

const idOf = (c: C) => Number(c.req.param('id'))

async function done(c: C, job: number | null, sentence: string, milliseconds = 1000) {
  if (job !== null) await c.var.jobs.finished(job, milliseconds)
  tell(c, sentence)
  return changed(c, `/domains/${idOf(c)}/certificate`)
}

async function certificatePage(c: C, form?: FailedForm): Promise<CertificatePage> {
  const { db, actor } = c.var
  const owned = await findDomain(db, actor, idOf(c))
  const { domain, subscription } = owned
  const [row] = await db.select().from(certificates).where(eq(certificates.domainId, domain.id))
  const { sealedKey: _, ...certificate } = row ?? { sealedKey: null, chain: null }
  const names = domain.www ? [domain.name, `www.${domain.name}`] : [domain.name]
  const own = certificate.chain ? new X509Certificate(certificate.chain) : null
  const { acmeDirectory } = await systemSettings(db)
  return {
    ...owned,
    name: shownDomain(domain.name),
    certificate: row ? (certificate as Omit<Certificate, 'sealedKey'>) : null,
    names,
    uncovered: own ? names.filter((name) => !covers(own, name)) : [],
    server: new URL(acmeDirectory).hostname,
    mayChange: !subscription.removing && mayChangeContents(actor, owned),
    form,
  }
}
