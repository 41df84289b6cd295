import { Hono } from 'hono'
import { z } from 'zod'
import { minimumLength } from '../auth/password-policy.ts'
import {
  namedTarget,
  onlyTarget,
  type TargetChoice,
  targetChoice,
} from '../domains/target-fields.ts'
import { Forbidden } from '../errors.ts'
import { findSubscription, mayChangeContents } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { line, optionalLine, reference } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { createDatabase } from './creation.ts'
import { passwordField } from './database-fields.ts'

const newForm = z.strictObject({
  subscription: reference(),
  name: line(70),
  password: passwordField(),
  address: optionalLine(50),
})

export interface NewDatabasePage {
  /** given in the address, or the only one there is */
  subscription: Subscription | null
  /** to choose from otherwise */
  choice: TargetChoice | null
  /** of a password, in characters */
  minimum: number
  form: FailedForm | undefined
}

export const newDatabaseRoutes = new Hono<Env>()

  .get('/databases/new', async (c) => page(c, 'databases/new', await newPage(c)))

  .post('/databases/new', async (c) => {
    const { db, actor, sealingKey } = c.var
    const form = await attempt(c, newForm, ({ subscription, ...wish }) =>
      createDatabase(db, sealingKey, actor, subscription, wish),
    )
    if (!form.ok) return invalid(c, 'databases/new', 'databases/new', await newPage(c, form))
    const { databaseId, userId, generated, jobId } = form.result
    await c.var.jobs.finished(jobId, 1000)
    tell(c, 'The database was created.')
    const credentials = `/databases/${databaseId}/users/${userId}/credentials`
    return changed(c, generated ? credentials : `/databases/${databaseId}`)
  })

async function newPage(c: C, form?: FailedForm): Promise<NewDatabasePage> {
  const { db, actor } = c.var
  const named = namedTarget(c, form)
  const choice = named === null ? await targetChoice(c) : null
  const id = named ?? (choice && onlyTarget(choice))
  const owned = id ? await findSubscription(db, actor, id) : null
  if (owned && !mayChangeContents(actor, owned)) {
    throw new Forbidden('With this login you can look, but not change.')
  }
  const minimum = await minimumLength(db)
  return { subscription: owned?.subscription ?? null, choice, minimum, form }
}
