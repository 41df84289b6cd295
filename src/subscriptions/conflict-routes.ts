import { and, eq, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { z } from 'zod'
import { mayWrite } from '../accounts/access.ts'
import type { Some } from '../db/some.ts'
import { NotFound } from '../errors.ts'
import { hosts } from '../hosts/schema.ts'
import { shownDomain } from '../names/domain.ts'
import { catalogue, type PropertyKey } from '../plans/catalogue.ts'
import { plans } from '../plans/schema.ts'
import { typedEdit } from '../plans/typed.ts'
import type { C, Env } from '../web/env.ts'
import { line, oneOf, search } from '../web/fields.ts'
import { type ListRules, readList } from '../web/list.ts'
import { attempt, changed, invalid, page, tell, wantsFragment } from '../web/respond.ts'
import { acceptGroup } from './acceptance.ts'
import {
  type ConflictGroup,
  type CountedGroup,
  conflictGroups,
  type Grouping,
  groupings,
  nameOfGroup,
  readGroup,
  sizeOfGroup,
  someOfGroup,
} from './conflict-groups.ts'
import { lockConflicting } from './group-lock.ts'
import { type LoweredPlan, loweredPlans } from './lowered-plans.ts'
import { remedies } from './remedies.ts'
import { syncGroup } from './resync.ts'
import { conflicts, subscriptions } from './schema.ts'

const rules = {
  // a subscription may lack several things, and a page may end between them
  sorts: { domain: sql`${subscriptions.domain} || ' ' || ${conflicts.property}` },
  sort: 'domain',
  id: subscriptions.id,
  filters: { by: oneOf(groupings), group: search() },
} satisfies ListRules

const actions = ['accept', 'sync', 'lock'] as const
const groupForm = z.strictObject({ by: oneOf(groupings), group: line(100), do: oneOf(actions) })

export interface ConflictsPage {
  by: Grouping
  groups: CountedGroup[]
  /** how many lack something; where there are more, the groups are of so many of them */
  size: Some
}

export type GroupPage = Awaited<ReturnType<typeof groupPage>>
export type GroupRow = GroupPage['list']['rows'][number]

export const conflictRoutes = new Hono<Env>()

  .get('/conflicts', async (c) => {
    const { filters } = readList(c, rules)
    const by = filters.by ?? 'property'
    const group = readGroup(by, filters.group)
    if (group) {
      const data = await groupPage(c, group)
      return page(c, wantsFragment(c) ? 'conflicts/_group' : 'conflicts/group', data)
    }
    const data: ConflictsPage = { by, ...(await conflictGroups(c.var.db, c.var.actor, by)) }
    return page(c, wantsFragment(c) ? 'conflicts/_groups' : 'conflicts/list', data)
  })

  .post('/conflicts', async (c) => {
    const form = await attempt(c, groupForm, async (values) => {
      const group = readGroup(values.by, values.group)
      if (!group) throw new NotFound()
      return { group, count: await carryOut[values.do](c, group) }
    })
    if (!form.ok) {
      const found = await conflictGroups(c.var.db, c.var.actor, 'property')
      return invalid(c, 'conflicts/list', 'conflicts/_groups', { by: 'property', ...found })
    }
    tell(c, told[form.values.do], { count: form.result.count })
    return changed(c, `/conflicts?by=${form.result.group.by}`)
  })

const carryOut: Record<(typeof actions)[number], (c: C, group: ConflictGroup) => Promise<number>> =
  {
    accept: ({ var: { db, actor } }, group) => acceptGroup(db, actor, group),
    sync: ({ var: { db, actor } }, group) => syncGroup(db, actor, group),
    lock: ({ var: { db, actor } }, group) => lockConflicting(db, actor, group),
  }

const told: Record<(typeof actions)[number], string> = {
  accept: 'The available values hold for {count} {count|subscription|subscriptions} now.',
  sync: '{count} {count|subscription is|subscriptions are} tried again.',
  lock: '{count} {count|subscription|subscriptions} locked.',
}

async function groupPage(c: C, group: ConflictGroup) {
  const { db, actor } = c.var
  const list = readList(c, rules)
  const found = await db
    .select({
      id: subscriptions.id,
      domain: subscriptions.domain,
      hostId: hosts.id,
      host: hosts.name,
      planId: subscriptions.planId,
      plan: plans.name,
      property: conflicts.property,
      wanted: conflicts.wanted,
      available: conflicts.available,
      remedy: conflicts.remedy,
      said: conflicts.said,
      cursor: list.cursor,
    })
    .from(conflicts)
    .innerJoin(subscriptions, eq(subscriptions.id, conflicts.subscriptionId))
    .innerJoin(hosts, eq(hosts.id, subscriptions.hostId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(and(someOfGroup(actor, group), list.where))
    .orderBy(...list.order)
    .limit(list.limit)
  const rows = found.map((row) => ({
    ...row,
    domain: shownDomain(row.domain),
    property: catalogue[row.property as PropertyKey],
  }))
  return {
    group,
    here: `/conflicts${new URL(c.req.url).search}`,
    title: await titleOf(c, group),
    list: list.of(rows),
    size: await sizeOfGroup(db, actor, group),
    remedies: await remedies(db, actor, group),
    lowered: (await loweredPlans(db, actor, group)).map((lowered) => lowering(c, lowered)),
    mayChange: mayWrite(actor),
  }
}

/** What the preview of the plan is asked with, as if somebody had typed it (P-55). */
function lowering({ var: { t } }: C, { plan, values, subscriptions: count }: LoweredPlan) {
  const note = t('Lowered to what hosts can provide')
  return { plan, count, typed: typedEdit(plan.kind, { ...plan, values, note }) }
}

/** Kept while the group is empty, since the page stays open while it becomes so. */
async function titleOf({ var: { db, actor, t } }: C, { by, key }: ConflictGroup): Promise<string> {
  if (by === 'property') return t(catalogue[key as PropertyKey].label)
  return (await nameOfGroup(db, actor, { by, key })) ?? t('Conflicts')
}
