import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import type { Db } from '../db/database.ts'
import { snapshot } from '../db/snapshot.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import type { C, Env } from '../web/env.ts'
import { oneOf, optionalLine } from '../web/fields.ts'
import {
  attempt,
  changed,
  type FailedForm,
  invalid,
  page,
  tell,
  wantsFragment,
} from '../web/respond.ts'
import { acceptReport } from './acceptance.ts'
import { assertMayProvideFor, findSubscription, mayProvideFor } from './access.ts'
import { conflictReport, diskIsOnlyMeasured, type Report } from './conflict-report.ts'
import { latestJob, type Progress } from './progress.ts'
import { syncAgain } from './resync.ts'
import type { Subscription } from './schema.ts'

const address = '/subscriptions/:id{[1-9][0-9]{0,14}}/sync'

const syncForm = z.strictObject({ do: oneOf(['accept', 'sync']), seen: optionalLine(64) })

export interface SyncPage {
  subscription: Subscription
  account: Account
  domain: string
  host: Pick<Host, 'id' | 'name' | 'facts'>
  report: Report
  onlyMeasured: boolean
  progress: Progress
  /** its host is at work, or will be */
  open: boolean
  mayProvide: boolean
  form: FailedForm | undefined
}

export const syncRoutes = new Hono<Env>()

  .get(address, async (c) => {
    const data = await syncPage(c)
    return page(c, wantsFragment(c) ? 'subscriptions/_sync' : 'subscriptions/sync', data)
  })

  // P-50 to P-53: OK and Sync; Cancel is a link
  .post(address, async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const { account } = await findSubscription(db, actor, id)
    assertMayProvideFor(actor, account)
    const form = await attempt(c, syncForm, (values) =>
      values.do === 'accept' ? acceptReport(db, actor, id, values.seen) : syncAgain(db, actor, id),
    )
    if (!form.ok)
      return invalid(c, 'subscriptions/sync', 'subscriptions/sync', await syncPage(c, form))

    const ended = form.result === null || (await c.var.jobs.finished(form.result, 1000))
    if (ended) {
      const { subscription } = await findSubscription(db, actor, id)
      if (!subscription.unsynced) tell(c, 'The subscription is synced.')
    }
    return changed(c, `/subscriptions/${id}/sync`)
  })

async function syncPage(c: C, form?: FailedForm): Promise<SyncPage> {
  const { db, actor } = c.var
  const shown = await snapshot(db, (tx) => syncState(tx, actor, Number(c.req.param('id'))))
  return { ...shown, form }
}

async function syncState(db: Db, actor: Actor, id: number): Promise<Omit<SyncPage, 'form'>> {
  const { subscription, account } = await findSubscription(db, actor, id)
  const columns = { id: hosts.id, name: hosts.name, facts: hosts.facts }
  const [host] = await db.select(columns).from(hosts).where(eq(hosts.id, subscription.hostId))
  const progress = await latestJob(db, subscription)
  return {
    subscription,
    account,
    domain: shownDomain(subscription.domain),
    host: host!,
    report: await conflictReport(db, subscription, host!),
    onlyMeasured: diskIsOnlyMeasured(subscription, host!),
    progress,
    open: ['waiting', 'retrying', 'running'].includes(progress.state),
    mayProvide: !subscription.removing && mayProvideFor(actor, account),
  }
}
