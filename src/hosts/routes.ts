import { Hono } from 'hono'
import { z } from 'zod'
import { type OfferedService, offeredServices } from '../installations/offered.ts'
import type { C, Env } from '../web/env.ts'
import { checkbox, line, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findHost } from './access.ts'
import { changeHost } from './change.ts'
import { orderCheck } from './check.ts'
import { confirmNewKey } from './key-change.ts'
import { type PresentedHost, presentHost } from './presentation.ts'
import { removeHost } from './removal.ts'

const one = '/hosts/:id{[1-9][0-9]{0,14}}'

export interface HostPage extends PresentedHost {
  services: OfferedService[]
  form: FailedForm | undefined
}

const changeForm = z.strictObject({
  name: line(60),
  open: checkbox(),
  version: wholeNumber(),
  /** the sandbox has none */
  address: line(253).optional(),
  port: wholeNumber({ min: 1, max: 65_535 }).optional(),
})
const keyForm = z.strictObject({ fingerprint: line(100) })

export const hostRoutes = new Hono<Env>()

  .get(one, async (c) => {
    const data = await present(c)
    if (data.jobs.some(({ state }) => state === 'running')) c.header('Refresh', '2')
    return page(c, 'hosts/show', data)
  })

  .post(one, async (c) => {
    const { db, actor, jobs } = c.var
    const form = await attempt(c, changeForm, ({ address, port, ...values }) =>
      changeHost(db, actor, id(c), {
        ...values,
        place: address && port ? { address, port } : undefined,
      }),
    )
    if (!form.ok) return invalid(c, 'hosts/show', 'hosts/_settings', await present(c, form))

    const { host, jobId } = form.result
    if (jobId !== null) await jobs.finished(jobId, 3000)
    tell(c, 'Host {name} saved.', { name: host.name })
    return changed(c, `/hosts/${id(c)}`)
  })

  .get(`${one}/check`, (c) => c.redirect(`/hosts/${id(c)}`, 303))

  .post(`${one}/check`, async (c) => {
    const { db, actor, jobs } = c.var
    await jobs.finished(await orderCheck(db, actor, id(c)), 3000)
    return changed(c, `/hosts/${id(c)}`)
  })

  .get(`${one}/key`, (c) => c.redirect(`/hosts/${id(c)}`, 303))

  .post(`${one}/key`, async (c) => {
    const { db, actor, jobs } = c.var
    const form = await attempt(c, keyForm, ({ fingerprint }) =>
      confirmNewKey(db, actor, id(c), fingerprint),
    )
    if (!form.ok) return invalid(c, 'hosts/show', 'hosts/show', await present(c, form))

    tell(c, 'The new key is the confirmed one now.')
    await jobs.finished(form.result, 2000)
    return changed(c, `/hosts/${id(c)}`)
  })

  .get(`${one}/removal`, async (c) => page(c, 'hosts/removal', await present(c)))

  .post(`${one}/removal`, async (c) => {
    const { db, actor } = c.var
    const { name } = await findHost(db, actor, id(c))
    await removeHost(db, actor, id(c))
    tell(c, 'Host {name} removed.', { name })
    return changed(c, '/hosts')
  })

const id = (c: C) => Number(c.req.param('id'))

async function present(c: C, form?: FailedForm): Promise<HostPage> {
  const presented = await presentHost(c.var.db, c.var.actor, id(c))
  const { facts } = presented.host
  return { ...presented, services: facts ? offeredServices(facts) : [], form }
}
