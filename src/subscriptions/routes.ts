import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { stays } from '../accounts/access.ts'
import type { Account } from '../accounts/schema.ts'
import type { Actor } from '../audit/actor.ts'
import { documentRoot } from '../contract/sites.ts'
import type { Db } from '../db/database.ts'
import { snapshot } from '../db/snapshot.ts'
import { type Host, hosts } from '../hosts/schema.ts'
import { type Reach, reachOf } from '../hosts/server.ts'
import { shownDomain } from '../names/domain.ts'
import { catalogue, inGroup } from '../plans/catalogue.ts'
import { matters } from '../plans/needs.ts'
import { groups, type Limit, type Property, unlimited, type Value } from '../plans/property.ts'
import { type Plan, plans } from '../plans/schema.ts'
import { groupTitles } from '../plans/sections.ts'
import { values } from '../plans/values.ts'
import { overLimit, refusesUploads } from '../usage/over.ts'
import { standingOf, type Standing as Use } from '../usage/standing.ts'
import type { Env } from '../web/env.ts'
import { page } from '../web/respond.ts'
import {
  findSubscription,
  mayChangeContents,
  mayChangePassword,
  mayChangeShell,
  mayProvideFor,
  type Owned,
} from './access.ts'
import { addOnsOf } from './add-ons.ts'
import { conflictReport, type Lack } from './conflict-report.ts'
import { contents, ofSubscription, used } from './contents.ts'
import { type Decide, type Decision, deciders, sameDecision, usually } from './decider.ts'
import { mayManageOwn } from './own-values.ts'
import { latestJob, type Progress } from './progress.ts'
import { reasonsOfSubscription, type Standing } from './reasons.ts'
import type { Subscription } from './schema.ts'
import { maySwitch } from './suspension.ts'

export interface ShownValue {
  property: Property
  value: Value
  /** where it is not simply its plan */
  decision?: Decision | undefined
}

export interface ShownContent {
  property: Property
  used: number
  limit: Limit
  /** its list, narrowed to this subscription */
  list: string
  /** where one more is made; null: not by this reader */
  add: string | null
  /** no more of them, and who says so */
  full: Decision | null
}

export interface SubscriptionPage {
  subscription: Subscription
  account: Account
  domain: string
  plan: Pick<Plan, 'id' | 'name' | 'ownerId'> | null
  addOns: Pick<Plan, 'id' | 'name' | 'title'>[]
  host: Pick<Host, 'id' | 'name' | 'kind' | 'address'>
  reach: Reach
  progress: Progress
  reasons: Standing[]
  groups: { title: string; values: ShownValue[] }[]
  shell: ShownValue
  /** who decides what is said nothing of */
  usual: Decision
  /** why its customer has no form for the shell */
  shellOff: Decision | null
  /** where its web site's files lie */
  files: string
  lacks: Lack[]
  contents: ShownContent[]
  use: Use
  overLimit: typeof overLimit
  /** its home is full (S-62) */
  uploadsRefused: boolean
  may: {
    /** out of the trash */
    restore: boolean
    provide: boolean
    settings: boolean
    shell: boolean
    password: boolean
    switch: boolean
  }
}

export const subscriptionRoutes = new Hono<Env>().get(
  '/subscriptions/:id{[1-9][0-9]{0,14}}',
  async (c) => {
    const { db, actor } = c.var
    const id = Number(c.req.param('id'))
    const data = await snapshot(db, async (tx) =>
      overview(tx, actor, await findSubscription(tx, actor, id)),
    )
    return page(c, 'subscriptions/show', data)
  },
)

async function overview(db: Db, actor: Actor, owned: Owned): Promise<SubscriptionPage> {
  const { subscription, account } = owned
  const [plan, addOns, host, reach, progress, reasons, lacks, decide] = await Promise.all([
    planOf(db, subscription),
    addOnsOf(db, subscription),
    hostOf(db, subscription),
    reachOf(db, subscription),
    latestJob(db, subscription),
    subscription.suspended ? reasonsOfSubscription(db, actor, subscription) : [],
    subscription.unsynced
      ? conflictReport(db, subscription, { facts: null }).then(({ lacks }) => lacks)
      : [],
    deciders(db, subscription),
  ])
  const contents = await contentsOf(db, actor, owned, decide)
  const use = await standingOf(db, subscription)
  const usual = usually(subscription, plan)
  const mayShell = mayChangeShell(actor, owned)
  const restorable = !subscription.removing && stays(account)
  const changeable = restorable && subscription.trashedUntil === null
  return {
    subscription,
    account,
    domain: shownDomain(subscription.domain),
    plan,
    addOns,
    host,
    reach,
    progress,
    reasons,
    usual,
    groups: groupsOf(subscription, decide, usual),
    files: documentRoot(subscription.systemUser, subscription.domain),
    shell: { property: catalogue.shell, value: subscription.values.shell },
    shellOff: actor.kind === 'customer' && !mayShell ? decide('shell') : null,
    lacks,
    contents,
    use,
    overLimit,
    uploadsRefused: use.disk !== null && refusesUploads(use.disk),
    may: {
      restore: restorable && mayProvideFor(actor, account),
      provide: changeable && mayProvideFor(actor, account),
      settings: changeable && actor.kind === 'customer' && mayManageOwn(actor, owned),
      shell: changeable && mayShell,
      password: changeable && mayChangePassword(actor, owned),
      switch: changeable && maySwitch(actor, owned),
    },
  }
}

async function planOf(db: Db, { planId }: Subscription) {
  if (planId === null) return null
  const columns = { id: plans.id, name: plans.name, ownerId: plans.ownerId }
  const [plan] = await db.select(columns).from(plans).where(eq(plans.id, planId))
  return plan ?? null
}

async function hostOf(db: Db, { hostId }: Subscription) {
  const columns = { id: hosts.id, name: hosts.name, kind: hosts.kind, address: hosts.address }
  const [host] = await db.select(columns).from(hosts).where(eq(hosts.id, hostId))
  return host!
}

async function contentsOf(
  db: Db,
  actor: Actor,
  owned: Owned,
  decide: Decide,
): Promise<ShownContent[]> {
  const { id, values, removing } = owned.subscription
  const counts = await used(db, ofSubscription(id))
  return contents.map(({ property, path, add, area }) => {
    const [count, limit] = [counts[property] ?? 0, (values[property] ?? 0) as Limit]
    const may = !removing && mayChangeContents(actor, owned, area)
    const full = limit !== unlimited && count >= limit
    return {
      property: catalogue[property],
      used: count,
      limit,
      list: `${path}${path.includes('?') ? '&' : '?'}subscription=${id}`,
      add: may && !full ? add.replace(':id', String(id)) : null,
      full: may && full ? decide(property) : null,
    }
  })
}

/** What a customer has; what only resellers have is left out, and what hangs on something it has not. */
function groupsOf(
  subscription: Subscription,
  decide: Decide,
  usual: Decision,
): SubscriptionPage['groups'] {
  const all = values(subscription.values)
  return shownGroups.map((group) => ({
    title: groupTitles[group],
    values: inGroup(group)
      .filter((key) => matters(key, all))
      .map((key) => {
        const decision = decide(key)
        const special = sameDecision(decision, usual) ? undefined : decision
        return { property: catalogue[key], value: all[key], decision: special }
      }),
  }))
}

const shownGroups = groups.filter((group) => group !== 'reseller' && group !== 'permissions')
