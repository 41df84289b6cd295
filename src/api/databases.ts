import { z } from 'zod'
import { takeToShow } from '../auth/shown-once.ts'
import { findDatabase, usersOf } from '../databases/access.ts'
import { createDatabase } from '../databases/creation.ts'
import { removeDatabase } from '../databases/removal.ts'
import { databaseSource } from '../databases/source-fields.ts'
import { shownOnce } from '../databases/user-password.ts'
import { addUser, changeUserPassword, removeUser } from '../databases/users.ts'
import type { C } from '../web/env.ts'
import { line, optionalLine } from '../web/fields.ts'
import { backTo, common, generated, going, jobId, place } from './contents.ts'
import { endpoint, idOf } from './endpoint.ts'
import { password, reference } from './fields.ts'
import { listQuery, pageOf } from './lists.ts'
import { bytes, id, listOf, moment } from './shapes.ts'

const own = { name: z.string(), bytes: bytes.nullable().describe('null: not measured yet') }

const user = z.object({ id, name: z.string(), address: z.string(), createdAt: moment })
const database = z.object({ ...common, ...own, users: z.array(user) })
const underWay = database.extend({ jobId })
const withPassword = underWay.extend({
  userId: id.describe('Whose password it is.'),
  password: generated,
})

const wish = {
  name: line(70),
  password: password(),
  address: optionalLine(50).default('').describe('From where; empty: the host itself only'),
}

const group = 'MySQL databases'
const one = '/databases/{id}'
const accepted = { answer: withPassword, status: 202 } as const

export const databaseEndpoints = [
  endpoint({
    ...{ group, does: 'List', method: 'GET', path: '/databases' },
    query: listQuery(databaseSource.rules),
    ...{ answer: listOf(z.object({ ...place, ...own, users: z.int() })), status: 200 },
    run: (c) => pageOf(c, databaseSource),
  }),

  endpoint({
    ...{ group, does: 'Show', method: 'GET', path: one },
    ...{ answer: database, status: 200 },
    run: (c) => databaseOf(c, idOf(c)),
  }),

  // S-17
  endpoint({
    ...{ group, does: 'Create', method: 'POST', path: '/databases', ...accepted },
    body: z.strictObject({ subscriptionId: reference(), ...wish }),
    leadsTo: (_, { id }) => `/databases/${id}`,
    run: async (c, { body: { subscriptionId, ...wish } }) => {
      const { db, actor, sealingKey } = c.var
      const made = await createDatabase(db, sealingKey, actor, subscriptionId, wish)
      return told(c, made.databaseId, made)
    },
  }),

  endpoint({
    ...{ group, does: 'Remove', method: 'DELETE', path: one },
    ...{ answer: going, status: 202 },
    run: async (c) => ({ jobId: await removeDatabase(c.var.db, c.var.actor, idOf(c)) }),
  }),

  endpoint({
    ...{ group, does: 'Add user', method: 'POST', path: `${one}/users`, ...accepted },
    ...{ body: z.strictObject(wish), leadsTo: backTo('databases') },
    run: async (c, { body }) => {
      const { db, actor, sealingKey } = c.var
      return told(c, idOf(c), await addUser(db, sealingKey, actor, idOf(c), body))
    },
  }),

  endpoint({
    ...{ group, does: 'Change password', method: 'POST', ...accepted },
    ...{ path: `${one}/users/{user}/password`, leadsTo: backTo('databases') },
    body: z.strictObject({ password: password() }),
    run: async (c, { body: { password } }) => {
      const { db, actor, sealingKey } = c.var
      const of = [idOf(c), idOf(c, 'user')] as const
      return told(c, of[0], await changeUserPassword(db, sealingKey, actor, ...of, password))
    },
  }),

  endpoint({
    ...{ group, does: 'Remove user', method: 'DELETE', path: `${one}/users/{user}` },
    ...{ answer: underWay, status: 202 },
    run: async (c) => {
      const jobId = await removeUser(c.var.db, c.var.actor, idOf(c), idOf(c, 'user'))
      return { ...(await databaseOf(c, idOf(c))), jobId }
    },
  }),
]

async function databaseOf({ var: { db, actor } }: C, id: number) {
  const { database } = await findDatabase(db, actor, id)
  return { ...database, users: await usersOf(db, database) }
}

async function told(c: C, id: number, { userId, jobId }: { userId: number; jobId: number }) {
  const { db, actor, sealingKey } = c.var
  const password = await takeToShow(db, sealingKey, actor, shownOnce(userId))
  return { ...(await databaseOf(c, id)), userId, jobId, password: password ?? null }
}
