import { Hono } from 'hono'
import { z } from 'zod'
import type { C, Env } from '../web/env.ts'
import { checkbox } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { findDatabase, findUser, type OwnedDatabase, usersOf } from './access.ts'
import { removeDatabase } from './removal.ts'
import type { DatabaseUser } from './schema.ts'
import { removeUser } from './users.ts'

const one = '/databases/:id{[1-9][0-9]{0,14}}/removal'
const user = '/databases/:id{[1-9][0-9]{0,14}}/users/:user{[1-9][0-9]{0,14}}/removal'

const removalForm = z.strictObject({
  yes: checkbox().refine((checked) => checked, 'Check this box to remove it.'),
})

export interface DatabaseRemovalPage extends OwnedDatabase {
  users: number
  form: FailedForm | undefined
}

export interface DatabaseUserRemovalPage extends OwnedDatabase {
  user: DatabaseUser
  /** nobody could use the database any more */
  last: boolean
  form: FailedForm | undefined
}

export const databaseRemovalRoutes = new Hono<Env>()

  .get(one, async (c) => page(c, 'databases/removal', await removalPage(c)))

  .post(one, async (c) => {
    const { db, actor } = c.var
    const { database } = await removalPage(c)
    const form = await attempt(c, removalForm, () => removeDatabase(db, actor, database.id))
    if (!form.ok)
      return invalid(c, 'databases/removal', 'databases/removal', await removalPage(c, form))
    await c.var.jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name: database.name })
    return changed(c, '/databases')
  })

  .get(user, async (c) => page(c, 'databases/user-removal', await userRemovalPage(c)))

  .post(user, async (c) => {
    const { db, actor } = c.var
    const shown = await userRemovalPage(c)
    const { database } = shown
    const form = await attempt(c, removalForm, () =>
      removeUser(db, actor, database.id, shown.user.id),
    )
    if (!form.ok) {
      const data = await userRemovalPage(c, form)
      return invalid(c, 'databases/user-removal', 'databases/user-removal', data)
    }
    await c.var.jobs.finished(form.result, 1000)
    tell(c, '{name} removed.', { name: shown.user.name })
    return changed(c, `/databases/${database.id}`)
  })

async function removalPage(c: C, form?: FailedForm): Promise<DatabaseRemovalPage> {
  const { db, actor } = c.var
  const owned = await findDatabase(db, actor, Number(c.req.param('id')))
  return { ...owned, users: (await usersOf(db, owned.database)).length, form }
}

async function userRemovalPage(c: C, form?: FailedForm): Promise<DatabaseUserRemovalPage> {
  const { db, actor } = c.var
  const owned = await findDatabase(db, actor, Number(c.req.param('id')))
  const users = await usersOf(db, owned.database)
  const found = await findUser(db, owned.database, Number(c.req.param('user')))
  return { ...owned, user: found, last: users.length === 1, form }
}
