import { Hono } from 'hono'
import { z } from 'zod'
import { Installable } from '../contract/installable.ts'
import { Invalid } from '../errors.ts'
import { findHost } from '../hosts/access.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf } from '../web/fields.ts'
import { changed, parseForm } from '../web/respond.ts'
import { orderInstallation } from './order.ts'

const one = '/hosts/:id{[1-9][0-9]{0,14}}/installation'
const form = z.strictObject({ feature: oneOf(Installable.options) })

export const installationRoutes = new Hono<Env>()

  .get(one, (c) => c.redirect(`/hosts/${id(c)}`, 303))

  .post(one, async (c) => {
    const { db, actor, jobs } = c.var
    await findHost(db, actor, id(c))
    const sent = await parseForm(c, form)
    // there is no field to show it at: only a forged form names something else
    if (!sent.ok) throw new Invalid('feature', 'Choose one of the options.')
    const jobId = await orderInstallation(db, actor, id(c), sent.values.feature)
    await jobs.finished(jobId, 500)
    return changed(c, `/jobs/${jobId}`)
  })

const id = (c: C) => Number(c.req.param('id'))
