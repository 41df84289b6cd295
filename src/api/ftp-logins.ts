import { z } from 'zod'
import { takeToShow } from '../auth/shown-once.ts'
import { findFtpLogin } from '../ftp/access.ts'
import { changeFolder, changeFtpPassword } from '../ftp/change.ts'
import { createFtpLogin } from '../ftp/creation.ts'
import { shownOnce } from '../ftp/login-password.ts'
import { removeFtpLogin } from '../ftp/removal.ts'
import { ftpLoginSource } from '../ftp/source-fields.ts'
import type { C } from '../web/env.ts'
import { line, optionalLine } from '../web/fields.ts'
import { backTo, common, generated, going, jobId, place } from './contents.ts'
import { endpoint, idOf } from './endpoint.ts'
import { password, reference, version } from './fields.ts'
import { listQuery, pageOf } from './lists.ts'
import { listOf } from './shapes.ts'

const own = { name: z.string(), folder: z.string().describe('Below the home; empty: all of it') }

const ftpLogin = z.object({ ...common, ...own, version: z.int() })
const underWay = ftpLogin.extend({ jobId })
const withPassword = underWay.extend({ password: generated })

const group = 'FTP logins'
const one = '/ftp-logins/{id}'

export const ftpLoginEndpoints = [
  endpoint({
    ...{ group, does: 'List', method: 'GET', path: '/ftp-logins' },
    query: listQuery(ftpLoginSource.rules),
    ...{ answer: listOf(z.object({ ...place, ...own })), status: 200 },
    run: (c) => pageOf(c, ftpLoginSource),
  }),

  endpoint({
    ...{ group, does: 'Show', method: 'GET', path: one },
    ...{ answer: ftpLogin, status: 200 },
    run: (c) => loginOf(c, idOf(c)),
  }),

  // S-15
  endpoint({
    ...{ group, does: 'Create', method: 'POST', path: '/ftp-logins' },
    body: z.strictObject({
      subscriptionId: reference(),
      ...{ name: line(70), password: password(), folder: optionalLine(400).default('') },
    }),
    ...{ answer: withPassword, status: 202 },
    leadsTo: (_, { id }) => `/ftp-logins/${id}`,
    run: async (c, { body: { subscriptionId, ...wish } }) => {
      const { db, actor, sealingKey } = c.var
      const { id, jobId } = await createFtpLogin(db, sealingKey, actor, subscriptionId, wish)
      return told(c, id, jobId)
    },
  }),

  endpoint({
    ...{ group, does: 'Change', method: 'PATCH', path: one },
    body: z.strictObject({ version: version(), folder: optionalLine(400) }),
    ...{ answer: underWay, status: 202 },
    run: async (c, { body }) => {
      const jobId = await changeFolder(c.var.db, c.var.actor, idOf(c), body)
      return { ...(await loginOf(c, idOf(c))), jobId }
    },
  }),

  endpoint({
    ...{ group, does: 'Change password', method: 'POST', path: `${one}/password` },
    body: z.strictObject({ password: password() }),
    ...{ answer: withPassword, status: 202, leadsTo: backTo('ftp-logins') },
    run: async (c, { body: { password } }) => {
      const { db, actor, sealingKey } = c.var
      const { jobId } = await changeFtpPassword(db, sealingKey, actor, idOf(c), password)
      return told(c, idOf(c), jobId)
    },
  }),

  endpoint({
    ...{ group, does: 'Remove', method: 'DELETE', path: one },
    ...{ answer: going, status: 202 },
    run: async (c) => ({ jobId: await removeFtpLogin(c.var.db, c.var.actor, idOf(c)) }),
  }),
]

const loginOf = async ({ var: { db, actor } }: C, id: number) =>
  (await findFtpLogin(db, actor, id)).login

async function told(c: C, id: number, jobId: number) {
  const { db, actor, sealingKey } = c.var
  const password = await takeToShow(db, sealingKey, actor, shownOnce(id))
  return { ...(await loginOf(c, id)), jobId, password: password ?? null }
}
