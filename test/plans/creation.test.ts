import { desc, eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/audit/actor.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { Forbidden, Invalid } from '../../src/errors.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { createPlan } from '../../src/plans/creation.ts'
import type { PlanDraft } from '../../src/plans/draft.ts'
import { plans, planVersions, resellers } from '../../src/plans/schema.ts'
import { type Cast, cast } from '../support/cast.ts'
import { ownDatabase, untilBlocked } from '../support/database.ts'

const db = ownDatabase()
let people: Cast
beforeAll(async () => {
  people = await cast(db())
})

const draft = (name: string, more: Partial<PlanDraft> = {}): PlanDraft => ({
  name,
  title: '',
  hidden: false,
  notForResellers: false,
  values: initialValues(),
  ...more,
})

test('a plan is kept with its first version and an audit entry', async () => {
  const plan = await createPlan(db(), people.ada.actor, 'service', draft('Silver'))

  expect(plan).toMatchObject({ name: 'Silver', kind: 'service', version: 1 })
  expect(plan.ownerId).toBe(people.ada.account.id)
  expect(plan.values).toEqual(initialValues())
  const versions = await db().select().from(planVersions)
  expect(versions).toContainEqual(
    expect.objectContaining({ planId: plan.id, version: 1, authorName: 'ada' }),
  )
  const [last] = await db().select().from(auditEntries).orderBy(desc(auditEntries.id)).limit(1)
  expect(last).toMatchObject({ action: 'plan.created', objectName: 'Silver', actorName: 'ada' })
})

test('names are one without regard to case, for each owner', async () => {
  // F-26, R-16
  const before = await counts()
  await expect(createPlan(db(), people.ada.actor, 'service', draft('gOLD'))).rejects.toThrow(
    expect.objectContaining({ field: 'name' }),
  )
  expect(await counts()).toEqual(before)

  const ritas = await createPlan(db(), people.rita.actor, 'service', draft('Silver'))
  expect(ritas.ownerId).toBe(people.rita.account.id)
})

test('of two made at once with one name, one stays', async () => {
  // F-26
  const late = Promise.withResolvers<unknown>()
  await db().transaction(async (tx) => {
    await tx.insert(plans).values({
      ownerId: people.ada.account.id,
      kind: 'service',
      name: 'Bronze',
      values: initialValues(),
    })
    createPlan(db(), people.ada.actor, 'service', draft('bronze')).then(late.reject, late.resolve)
    await untilBlocked(db())
  })

  expect(await late.promise).toBeInstanceOf(Invalid)
  const named = (await db().select().from(plans)).filter(({ name }) => /^bronze$/i.test(name))
  expect(named).toHaveLength(1)
})

test.each<[string, (people: Cast) => Actor, 'service' | 'add-on' | 'reseller']>([
  ['a customer', ({ cato }) => cato.actor, 'service'],
  ['a read-only login', ({ ada }) => ({ ...ada.actor, role: 'read' }), 'service'],
  ['a mail-only login', ({ rita }) => ({ ...rita.actor, role: 'mail' }), 'add-on'],
  ['a reseller that would make resellers', ({ rita }) => rita.actor, 'reseller'],
])('%s makes none', async (_, who, kind) => {
  const before = await counts()
  await expect(createPlan(db(), who(people), kind, draft('Mine'))).rejects.toThrow(Forbidden)
  expect(await counts()).toEqual(before)
})

test('a reseller cannot promise more than it has, but all that it has left', async () => {
  // S-12, R-9, R-23
  const mega = 1024 * 1024
  const { rolf } = people
  const own = { ...initialValues('reseller'), disk: 5 * mega, imap: false }
  await db().update(resellers).set({ values: own }).where(eq(resellers.accountId, rolf.account.id))

  const disk = { ...initialValues(), disk: 6 * mega }
  await expect(
    createPlan(db(), rolf.actor, 'service', draft('Big', { values: disk })),
  ).rejects.toThrow(expect.objectContaining({ field: 'disk', words: { most: 5 } }))
  const imap = { ...initialValues(), disk: mega, imap: true }
  await expect(
    createPlan(db(), rolf.actor, 'service', draft('Big', { values: imap })),
  ).rejects.toThrow(expect.objectContaining({ field: 'imap' }))

  const all = { ...initialValues(), disk: 'unlimited' as const }
  const plan = await createPlan(db(), rolf.actor, 'service', draft('Big', { values: all }))
  expect(plan.values.disk).toBe('unlimited')
})

const counts = async () => [
  await db().$count(plans),
  await db().$count(planVersions),
  await db().$count(auditEntries),
]
