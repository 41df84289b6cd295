import { Hono } from 'hono'
import { z } from 'zod'
import { maySeeSecrets } from '../audit/roles.ts'
import { shownDomain } from '../names/domain.ts'
import { findSubscription, mayChangeContents } from '../subscriptions/access.ts'
import type { Subscription } from '../subscriptions/schema.ts'
import type { C, Env } from '../web/env.ts'
import { optionalLine } from '../web/fields.ts'
import { attempt, changed, type FailedForm, invalid, page, tell } from '../web/respond.ts'
import { addKey, keysOf, removeKey } from './keys.ts'
import type { SshKey } from './schema.ts'

const all = '/subscriptions/:id{[1-9][0-9]{0,14}}/ssh-keys'

/** What is wrong with a key is said by public-key.ts. */
const keyForm = z.strictObject({
  name: optionalLine(100),
  key: z.string().max(16_384, 'Use at most {maximum} characters.').default(''),
})

export interface SshKeysPage {
  subscription: Subscription
  domain: string
  keys: SshKey[]
  mayAdd: boolean
  mayRemove: boolean
  form: FailedForm | undefined
}

export const sshKeyRoutes = new Hono<Env>()

  .get(all, async (c) => page(c, 'ssh-keys/list', await keysPage(c)))

  .post(all, async (c) => {
    const { db, actor } = c.var
    const form = await attempt(c, keyForm, (wish) => addKey(db, actor, idOf(c), wish))
    if (!form.ok) {
      // a private key was given by mistake: it is not sent back once more
      const values = { ...form.values, key: '' }
      const data = await keysPage(c, { ...form, values })
      return invalid(c, 'ssh-keys/list', 'ssh-keys/list', data)
    }
    return done(c, form.result, 'SSH key added.')
  })

  .post(`${all}/:key{[1-9][0-9]{0,14}}/removal`, async (c) => {
    const { db, actor } = c.var
    const job = await removeKey(db, actor, idOf(c), Number(c.req.param('key')))
    return done(c, job, 'SSH key removed.')
  })

const idOf = (c: C) => Number(c.req.param('id'))

async function done(c: C, job: number, sentence: string) {
  await c.var.jobs.finished(job, 1000)
  tell(c, sentence)
  return changed(c, `/subscriptions/${idOf(c)}/ssh-keys`)
}

async function keysPage(c: C, form?: FailedForm): Promise<SshKeysPage> {
  const { db, actor } = c.var
  const owned = await findSubscription(db, actor, idOf(c))
  const { subscription } = owned
  const mayRemove = !subscription.removing && mayChangeContents(actor, owned)
  return {
    subscription,
    domain: shownDomain(subscription.domain),
    keys: await keysOf(db, subscription.id),
    mayAdd: mayRemove && maySeeSecrets(actor),
    mayRemove,
    form,
  }
}
