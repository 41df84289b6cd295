import { Hono } from 'hono'
import { z } from 'zod'
import type { C, Env } from '../web/env.ts'
import { checkbox, line, oneOf, optionalLine, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page } from '../web/respond.ts'
import { listHosts } from './access.ts'
import { addHost } from './adding.ts'
import { enrol, greetAgain } from './enrolment.ts'
import { enrolHost, greetHost } from './jobs.ts'
import { type PresentedHost, presentHost } from './presentation.ts'

const one = '/hosts/:id{[1-9][0-9]{0,14}}'

export interface NewHostPage {
  form: FailedForm | undefined
}

export interface EnrolmentPage extends PresentedHost {
  /** something is under way that ends by itself */
  busy: boolean
  panelPublicKey: string
  form: FailedForm | undefined
}

const newForm = z.strictObject({
  name: line(60),
  address: line(253),
  port: wholeNumber({ min: 1, max: 65_535 }),
})
const enrolmentForm = z
  .strictObject({
    fingerprint: optionalLine(100),
    confirmed: checkbox(),
    access: oneOf(['password', 'key']),
    password: z.string().max(1024, 'Use at most {maximum} characters.').default(''),
  })
  .refine(({ fingerprint, confirmed }) => fingerprint === '' || confirmed, {
    path: ['confirmed'],
    error: 'Compare the fingerprint with the one on the host, then tick this.',
  })
  .refine(({ access, password }) => access === 'key' || password !== '', {
    path: ['password'],
    error: 'Required',
  })

export const enrolmentRoutes = new Hono<Env>()

  .get('/hosts/new', async (c) => {
    await listHosts(c.var.db, c.var.actor)
    return page(c, 'hosts/new', { form: undefined } satisfies NewHostPage)
  })

  .post('/hosts/new', async (c) => {
    const { db, actor, jobs } = c.var
    const form = await attempt(c, newForm, (values) => addHost(db, actor, values))
    if (!form.ok) return invalid(c, 'hosts/new', 'hosts/new', { form } satisfies NewHostPage)

    await jobs.finished(form.result.jobId, 2000)
    return changed(c, `/hosts/${form.result.hostId}/enrolment`)
  })

  .get(`${one}/enrolment`, async (c) => {
    const data = await present(c)
    if (data.busy) c.header('Refresh', '2')
    return page(c, 'hosts/enrolment', data)
  })

  .post(`${one}/enrolment`, async (c) => {
    const { db, actor, sealingKey, jobs } = c.var
    const form = await attempt(c, enrolmentForm, ({ fingerprint, access, password }) =>
      enrol(db, sealingKey, actor, id(c), {
        confirmed: fingerprint || null,
        password: access === 'password' ? password : null,
      }),
    )
    if (!form.ok) return invalid(c, 'hosts/enrolment', 'hosts/enrolment', await present(c, form))

    await jobs.finished(form.result, 500)
    return changed(c, `/hosts/${id(c)}/enrolment`)
  })

  .get(`${one}/greeting`, (c) => c.redirect(`/hosts/${id(c)}/enrolment`, 303))

  .post(`${one}/greeting`, async (c) => {
    const { db, actor, jobs } = c.var
    await jobs.finished(await greetAgain(db, actor, id(c)), 2000)
    return changed(c, `/hosts/${id(c)}/enrolment`)
  })

const id = (c: C) => Number(c.req.param('id'))

async function present(c: C, form?: FailedForm): Promise<EnrolmentPage> {
  const { db, actor, panelPublicKey } = c.var
  const presented = await presentHost(db, actor, id(c))
  return { ...presented, busy: isBusy(presented), panelPublicKey, form }
}

/** Asked of the jobs, not of the host's state: a job may have been cancelled or parked. */
const isBusy = ({ jobs }: PresentedHost) =>
  jobs.some(
    ({ kind, state }) =>
      [greetHost.name, enrolHost.name].includes(kind) && ['waiting', 'running'].includes(state),
  )
