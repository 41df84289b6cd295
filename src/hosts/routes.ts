import { Hono } from 'hono'
import { z } from 'zod'
import type { C, Env } from '../web/env.ts'
import { checkbox, line, oneOf, optionalLine, wholeNumber } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findHost, type ListedHost, listHosts, mayChangeHosts } from './access.ts'
import { addHost } from './adding.ts'
import { changeHost } from './change.ts'
import { orderCheck } from './check.ts'
import { enrol, greetAgain } from './enrolment.ts'
import { fingerprint } from './fingerprint.ts'
import { confirmNewKey } from './key-change.ts'
import { type RecentJob, recentJobs } from './recent-jobs.ts'
import { removeHost } from './removal.ts'
import { type Status, statusOf } from './status.ts'
import { warnings } from './warnings.ts'

const one = '/hosts/:id{[1-9][0-9]{0,14}}'

export interface ShownHost extends ListedHost {
  status: Status
  /** `web1.example.com`, `[2001:db8::7]:2222` */
  place: string
}

export interface HostList {
  hosts: ShownHost[]
  mayChange: boolean
}

export interface NewHostPage {
  form: FailedForm | undefined
}

export interface HostPage {
  host: ShownHost
  mayChange: boolean
  /** fingerprints of the pinned key and of the one it showed */
  pinned: string | null
  offered: string | null
  warnings: ReturnType<typeof warnings>
  jobs: RecentJob[]
  form: FailedForm | undefined
}

export interface EnrolmentPage extends HostPage {
  /** something is under way that ends by itself */
  busy: boolean
  panelPublicKey: string
}

const name = line(60)
const port = wholeNumber({ min: 1, max: 65_535 })
const newForm = z.strictObject({ name, address: line(253), port })
const changeForm = z.strictObject({ name, open: checkbox(), version: wholeNumber() })
const keyForm = z.strictObject({ fingerprint: line(100) })
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

export const hostRoutes = new Hono<Env>()

  .get('/hosts', async (c) => {
    const { db, actor } = c.var
    const hosts = (await listHosts(db, actor)).map(shown)
    return page(c, 'hosts/list', { hosts, mayChange: mayChangeHosts(actor) } satisfies HostList)
  })

  .get('/hosts/new', async (c) => {
    await listHosts(c.var.db, c.var.actor)
    return page(c, 'hosts/new', { form: undefined } satisfies NewHostPage)
  })

  .post('/hosts', async (c) => {
    const { db, actor, jobs } = c.var
    const form = await attempt(c, newForm, (values) => addHost(db, actor, values))
    if (!form.ok) return invalid(c, 'hosts/new', 'hosts/new', { form } satisfies NewHostPage)

    await jobs.finished(form.result.jobId, 2000)
    return changed(c, `/hosts/${form.result.hostId}/enrolment`)
  })

  .get(one, async (c) => {
    const data = await present(c)
    if (data.jobs.some(({ state }) => state === 'running')) c.header('Refresh', '2')
    return page(c, 'hosts/show', data)
  })

  .post(one, async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, changeForm, (values) => changeHost(db, actor, id(c), values))
    if (!form.ok) return invalid(c, 'hosts/show', 'hosts/_settings', await present(c, form))

    tell(c, 'Host {name} saved.', { name: form.result.name })
    return changed(c, `/hosts/${id(c)}`)
  })

  .get(`${one}/enrolment`, async (c) => {
    const data = await enrolment(c)
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
    if (!form.ok) {
      return invalid(c, 'hosts/enrolment', 'hosts/enrolment', await enrolment(c, form))
    }
    await jobs.finished(form.result, 500)
    return changed(c, `/hosts/${id(c)}/enrolment`)
  })

  .get(`${one}/greeting`, (c) => c.redirect(`/hosts/${id(c)}/enrolment`, 303))

  .post(`${one}/greeting`, async (c) => {
    const { db, actor, jobs } = c.var
    await jobs.finished(await greetAgain(db, actor, id(c)), 2000)
    return changed(c, `/hosts/${id(c)}/enrolment`)
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

const shown = (host: ListedHost): ShownHost => ({
  ...host,
  status: statusOf[host.state],
  place: placeOf(host),
})

function placeOf({ address, port }: ListedHost): string {
  if (port === 22) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

const id = (c: C) => Number(c.req.param('id'))

const isBusy = ({ state, hostKey, offeredKey }: ListedHost) =>
  state === 'enrolling' || (state === 'new' && !hostKey && !offeredKey)

async function present(c: C, form?: FailedForm): Promise<HostPage> {
  const { db, actor } = c.var
  const host = await findHost(db, actor, id(c))
  return {
    host: shown(host),
    mayChange: mayChangeHosts(actor),
    pinned: host.hostKey && fingerprint(host.hostKey),
    offered: host.offeredKey && fingerprint(host.offeredKey),
    warnings: host.facts ? warnings(host.facts) : [],
    jobs: await recentJobs(db, host.id),
    form,
  }
}

async function enrolment(c: C, form?: FailedForm): Promise<EnrolmentPage> {
  const data = await present(c, form)
  // Its last step is to call the agent: by then the host counts as set up, and the job still runs.
  const busy = isBusy(data.host) || data.jobs.some(({ state }) => state === 'running')
  return { ...data, busy, panelPublicKey: c.var.panelPublicKey }
}
