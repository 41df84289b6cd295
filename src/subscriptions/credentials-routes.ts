import { and, eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { findAccount } from '../accounts/access.ts'
import type { Account } from '../accounts/schema.ts'
import { documentRoot } from '../contract/sites.ts'
import type { Db } from '../db/database.ts'
import { snapshot } from '../db/snapshot.ts'
import { type Reach, reachOf } from '../hosts/server.ts'
import { type Programs, usualPrograms } from '../mail/programs.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { isLook } from '../web/look.ts'
import { requirePanelAddress } from '../web/panel-address.ts'
import { page } from '../web/respond.ts'
import { findSubscription, type Owned } from './access.ts'
import { type Credentials, takeCredentials } from './credentials.ts'
import { latestJob, type Progress } from './progress.ts'
import { domains, type Subscription } from './schema.ts'

export interface ProgressPage {
  subscription: Subscription
  domain: string
  account: Account
  progress: Progress
}

export interface CredentialsPage extends ProgressPage {
  /** null: they were shown already, or are not for this login */
  credentials: Credentials | null
  /** where its customer logs in */
  panel: string
  reach: Reach
  /** of its default mailbox */
  programs: Programs
  /** number of its main domain, whose page says what the DNS needs */
  domainId: number
  /** where its site's files lie */
  files: string
}

export interface LoginCredentialsPage {
  account: Account
  credentials: Credentials | null
}

export const credentialsRoutes = new Hono<Env>()

  // S-34 to S-37
  .get('/subscriptions/:id{[1-9][0-9]{0,14}}/credentials', async (c) => {
    const { db, actor, sealingKey } = c.var
    const { progress, ...owned } = await followed(c)
    if (progress.state !== 'done') return page(c, 'subscriptions/progress', shown(owned, progress))

    const of = { subscriptionId: owned.subscription.id }
    const credentials = isLook(c) ? await takeCredentials(db, sealingKey, actor, of) : undefined
    const reach = await reachOf(db, owned.subscription)
    return page(c, 'subscriptions/credentials', {
      ...shown(owned, progress),
      credentials: credentials ?? null,
      panel: await requirePanelAddress(c),
      reach,
      programs: usualPrograms(reach.server, owned.subscription.values),
      domainId: await mainDomain(db, owned.subscription),
      files: documentRoot(owned.subscription.systemUser, owned.subscription.domain),
    } satisfies CredentialsPage)
  })

  // What a page with JavaScript asks for while it waits.
  .get('/subscriptions/:id{[1-9][0-9]{0,14}}/progress', async (c) => {
    const { subscription, progress } = await followed(c)
    const leads = c.req.query('then') === 'credentials'
    if (leads && progress.state === 'done') {
      c.header('HX-Redirect', `/subscriptions/${subscription.id}/credentials`)
      return c.body(null, 204)
    }
    const then = leads ? '?then=credentials' : ''
    return page(c, 'subscriptions/_progress', { subscription, progress, then })
  })

  .get('/customers/:id{[1-9][0-9]{0,14}}/credentials', async (c) => {
    const { db, actor, sealingKey } = c.var
    const account = await findAccount(db, actor, Number(c.req.param('id')))
    const of = { accountId: account.id }
    const credentials = isLook(c) ? await takeCredentials(db, sealingKey, actor, of) : undefined
    const data: LoginCredentialsPage = { account, credentials: credentials ?? null }
    return page(c, 'accounts/credentials', data)
  })

async function mainDomain(db: Db, { id }: Subscription): Promise<number> {
  const [main] = await db
    .select({ id: domains.id })
    .from(domains)
    .where(and(eq(domains.subscriptionId, id), eq(domains.kind, 'main')))
  return main!.id
}

function followed(c: C): Promise<Owned & { progress: Progress }> {
  const { db, actor } = c.var
  return snapshot(db, async (tx) => {
    const owned = await findSubscription(tx, actor, Number(c.req.param('id')))
    return { ...owned, progress: await latestJob(tx, owned.subscription) }
  })
}

const shown = ({ subscription, account }: Owned, progress: Progress) => ({
  subscription,
  account,
  domain: shownDomain(subscription.domain),
  progress,
})
