import { Hono } from 'hono'
import { z } from 'zod'
import { minimumLength } from '../auth/password-policy.ts'
import { takeToShow } from '../auth/shown-once.ts'
import { serverOf } from '../hosts/server.ts'
import { mayChangeContents } from '../subscriptions/access.ts'
import type { C, Env } from '../web/env.ts'
import { line, optionalLine } from '../web/fields.ts'
import { isLook } from '../web/look.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findDatabase, findUser, type OwnedDatabase, usersOf } from './access.ts'
import { passwordField } from './database-fields.ts'
import type { DatabaseUser } from './schema.ts'
import { shownOnce } from './user-password.ts'
import { addUser, changeUserPassword } from './users.ts'

const one = '/databases/:id{[1-9][0-9]{0,14}}'
const user = `${one}/users/:user{[1-9][0-9]{0,14}}`

const userForm = z.strictObject({
  name: line(70),
  password: passwordField(),
  address: optionalLine(50),
})
const passwordForm = z.strictObject({ password: passwordField() })

export interface DatabasePage extends OwnedDatabase {
  server: string
  users: DatabaseUser[]
  mayChange: boolean
  /** of a password, in characters */
  minimum: number
  form: FailedForm | undefined
}

export interface DatabaseUserPage extends OwnedDatabase {
  user: DatabaseUser
  minimum: number
  form: FailedForm | undefined
}

export interface DatabaseCredentialsPage extends OwnedDatabase {
  user: DatabaseUser
  server: string
  /** null: it was shown already, or is not for this login */
  password: string | null
}

export const databaseRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'databases/show', await databasePage(c)))

  .post(`${one}/users`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, userForm, (wish) => addUser(db, sealingKey, actor, idOf(c), wish))
    if (!form.ok) return invalid(c, 'databases/show', 'databases/show', await databasePage(c, form))
    return done(c, form.result, 'The user was added.')
  })

  .get(`${one}/users`, (c) => c.redirect(`/databases/${idOf(c)}`, 303))

  .get(`${user}/password`, async (c) => page(c, 'databases/password', await userPage(c)))

  .post(`${user}/password`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, passwordForm, ({ password }) =>
      changeUserPassword(db, sealingKey, actor, idOf(c), userIdOf(c), password),
    )
    if (!form.ok)
      return invalid(c, 'databases/password', 'databases/password', await userPage(c, form))
    return done(c, form.result, 'Password changed')
  })

  .get(`${user}/credentials`, async (c) => {
    const { db, actor, sealingKey } = c.var
    const { form: _, minimum: __, ...owned } = await userPage(c)
    const password = isLook(c)
      ? await takeToShow(db, sealingKey, actor, shownOnce(owned.user.id))
      : undefined
    return page(c, 'databases/credentials', {
      ...owned,
      server: await serverOf(db, owned.subscription),
      password: password ?? null,
    } satisfies DatabaseCredentialsPage)
  })

const idOf = (c: C) => Number(c.req.param('id'))
const userIdOf = (c: C) => Number(c.req.param('user'))

async function done(
  c: C,
  { userId, generated, jobId }: { userId: number; generated: boolean; jobId: number },
  sentence: string,
) {
  await c.var.jobs.finished(jobId, 1000)
  tell(c, sentence)
  const url = `/databases/${idOf(c)}`
  return changed(c, generated ? `${url}/users/${userId}/credentials` : url)
}

async function databasePage(c: C, form?: FailedForm): Promise<DatabasePage> {
  const { db, actor } = c.var
  const owned = await findDatabase(db, actor, idOf(c))
  const [users, server, minimum] = await Promise.all([
    usersOf(db, owned.database),
    serverOf(db, owned.subscription),
    minimumLength(db),
  ])
  const mayChange = !owned.subscription.removing && mayChangeContents(actor, owned)
  return { ...owned, users, server, minimum, mayChange, form }
}

async function userPage(c: C, form?: FailedForm): Promise<DatabaseUserPage> {
  const { db, actor } = c.var
  const owned = await findDatabase(db, actor, idOf(c))
  const found = await findUser(db, owned.database, userIdOf(c))
  return { ...owned, user: found, minimum: await minimumLength(db), form }
}
