import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { sessions } from '../../src/auth/schema.ts'
import { openSession } from '../../src/auth/sessions.ts'
import { Forbidden, Invalid, NotFound } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { initialValues } from '../../src/plans/catalogue.ts'
import { resellers } from '../../src/plans/schema.ts'
import { takeCredentials } from '../../src/subscriptions/credentials.ts'
import { changeLogin } from '../../src/subscriptions/login-change.ts'
import { changePassword } from '../../src/subscriptions/password.ts'
import { choosePlan } from '../../src/subscriptions/plan-choice.ts'
import { overrides, type Subscription, subscriptions } from '../../src/subscriptions/schema.ts'
import { changeShell } from '../../src/subscriptions/shell.ts'
import { aPlan, aSubscription, type Cast, cast, reread, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const key = randomBytes(32)
const fresh = 'blue whale under 4 moons'
let people: Cast
let shop: Subscription
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  shop = await aSubscription(db(), people.cato.account, people.host, people.ritasGold, 'shop.test')
})

const loginOf = async ({ login }: Someone) =>
  (await db().select().from(logins).where(eq(logins.id, login.id)))[0]!
const sessionsOf = ({ login }: Someone) =>
  db().select().from(sessions).where(eq(sessions.loginId, login.id))
const signIn = ({ login }: Someone) =>
  openSession(db(), login.id, { address: null, userAgent: null })
const trail = async () =>
  (await db().select().from(auditEntries).where(eq(auditEntries.objectId, shop.id))).map(
    (entry) => entry.action,
  )

test('the shell is changed for one subscription, on purpose, and its host is told', async () => {
  // S-44 to S-48
  const job = await changeShell(db(), people.rita.actor, shop.id, 'bash')

  expect(await reread(db(), shop)).toMatchObject({ generation: 2, values: { shell: 'bash' } })
  expect(await db().select().from(jobs)).toMatchObject([{ id: job, priority: 0 }])
  expect(await db().select().from(overrides)).toMatchObject([
    { property: 'shell', value: 'bash', byCustomer: false, authorName: 'rita' },
  ])
  expect(await trail()).toContain('subscription.shell_changed')

  expect(await changeShell(db(), people.rita.actor, shop.id, 'bash')).toBeNull()
  expect(await reread(db(), shop)).toMatchObject({ generation: 2 })
})

test('a custom subscription’s shell is its own', async () => {
  await db().update(subscriptions).set({ planId: null }).where(eq(subscriptions.id, shop.id))
  await changeShell(db(), people.rita.actor, shop.id, 'limited')
  expect(await reread(db(), shop)).toMatchObject({ generation: 2, values: { shell: 'limited' } })
  expect(await db().select().from(overrides)).toEqual([])
})

test('a customer changes the shell only where the plan lets it', async () => {
  // P-46
  const { cato, rita } = people
  await expect(changeShell(db(), cato.actor, shop.id, 'bash')).rejects.toThrow(Forbidden)

  const free = await aPlan(db(), rita.account, 'Free', { mayChangeShell: true })
  await choosePlan(db(), rita.actor, shop.id, free.id)
  await changeShell(db(), cato.actor, shop.id, 'limited')
  expect(await reread(db(), shop)).toMatchObject({ values: { shell: 'limited' } })
  expect(await db().select().from(overrides)).toMatchObject([{ byCustomer: true }])
})

test('a reseller gives no shell it does not have', async () => {
  // F-114
  const values = { ...initialValues('reseller'), shell: 'limited' }
  await db()
    .update(resellers)
    .set({ values })
    .where(eq(resellers.accountId, people.rita.account.id))

  await expect(changeShell(db(), people.rita.actor, shop.id, 'bash')).rejects.toThrow(Invalid)
  await changeShell(db(), people.rita.actor, shop.id, 'limited')
  expect(await reread(db(), shop)).toMatchObject({ values: { shell: 'limited' } })
})

test('a new password reaches the host as a hash; the user name stays', async () => {
  // S-40 to S-42
  const before = await loginOf(people.cato)
  await signIn(people.cato)
  await changePassword(db(), key, people.rita.actor, shop.id, {
    password: { typed: fresh },
    alsoLogin: false,
  })

  const after = await reread(db(), shop)
  expect(after).toMatchObject({ generation: 2, systemUser: shop.systemUser })
  expect(after!.passwordHash).not.toBe(shop.passwordHash)
  expect((await loginOf(people.cato)).passwordHash).toBe(before.passwordHash)
  expect(await sessionsOf(people.cato)).toHaveLength(1)
  expect(await trail()).toContain('subscription.password_changed')
})

test('with the box, the panel login gets it too, and its sessions end', async () => {
  //
  await signIn(people.cato)
  await changePassword(db(), key, people.rita.actor, shop.id, {
    password: 'generate',
    alsoLogin: true,
  })

  const shown = await takeCredentials(db(), key, people.rita.actor, { subscriptionId: shop.id })
  expect(shown).toMatchObject({ systemUser: shop.systemUser, login: 'cato' })
  expect(await verifyPassword((await loginOf(people.cato)).passwordHash, shown!.password)).toBe(
    true,
  )
  expect(await sessionsOf(people.cato)).toEqual([])
})

test('a customer changes its FTP password, but its panel password in its profile', async () => {
  const { cato } = people
  await changePassword(db(), key, cato.actor, shop.id, {
    password: { typed: fresh },
    alsoLogin: false,
  })
  expect(await reread(db(), shop)).toMatchObject({ generation: 2 })
  await expect(
    changePassword(db(), key, cato.actor, shop.id, { password: 'generate', alsoLogin: true }),
  ).rejects.toThrow(Forbidden)
})

test('passwords no host can check are refused', async () => {
  // F-46, F-48
  for (const typed of ['short', '    ', `${fresh}\nroot:hacked`, '🎈a1b2'.repeat(80)]) {
    await expect(
      changePassword(db(), key, people.rita.actor, shop.id, {
        password: { typed },
        alsoLogin: false,
      }),
    ).rejects.toThrow(Invalid)
  }
  expect(await reread(db(), shop)).toMatchObject({ generation: 1 })
})

test('another plan brings its values', async () => {
  // S-38, P-34
  const { rita } = people
  const big = await aPlan(db(), rita.account, 'Big', { disk: 5_000_000, shell: 'limited' })
  const job = await choosePlan(db(), rita.actor, shop.id, big.id)

  expect(job).not.toBeNull()
  expect(await reread(db(), shop)).toMatchObject({ planId: big.id, values: { disk: 5_000_000 } })
  expect(await choosePlan(db(), rita.actor, shop.id, big.id)).toBeNull()
})

test('without a plan it is Custom and keeps what it has', async () => {
  // P-32, P-33, P-36
  expect(await choosePlan(db(), people.rita.actor, shop.id, null)).toBeNull()
  expect(await reread(db(), shop)).toMatchObject({ planId: null, values: shop.values })
})

test('plans of others, and more than is left, are refused', async () => {
  // F-114, R-23
  const { rita, rolfsGold, adasGold } = people
  for (const plan of [rolfsGold, adasGold]) {
    await expect(choosePlan(db(), rita.actor, shop.id, plan.id)).rejects.toThrow(Invalid)
  }
  const has = shop.values.disk as number
  const values = { ...initialValues('reseller'), disk: has + 1 }
  await db().update(resellers).set({ values }).where(eq(resellers.accountId, rita.account.id))
  const big = await aPlan(db(), rita.account, 'Big', { disk: has + 2 })
  await expect(choosePlan(db(), rita.actor, shop.id, big.id)).rejects.toThrow(Invalid)
  expect(await reread(db(), shop)).toMatchObject({ planId: shop.planId, generation: 1 })
})

test('strangers find nothing', async () => {
  // F-110
  for (const { actor } of [people.rolf, people.cleo]) {
    const wish = { password: 'generate', alsoLogin: false } as const
    await expect(changeShell(db(), actor, shop.id, 'bash')).rejects.toThrow(NotFound)
    await expect(changePassword(db(), key, actor, shop.id, wish)).rejects.toThrow(NotFound)
    await expect(choosePlan(db(), actor, shop.id, null)).rejects.toThrow(NotFound)
  }
  await expect(choosePlan(db(), people.cato.actor, shop.id, null)).rejects.toThrow(Forbidden)
  expect(await reread(db(), shop)).toMatchObject({ generation: 1, planId: shop.planId })
})

test('login data: a new name, a new password, and FTP and SSH with it', async () => {
  // P-5, R-1
  const { rita, cato } = people
  await signIn(cato)
  await changeLogin(db(), key, rita.actor, cato.account.id, {
    login: 'cato@example.org',
    password: { typed: fresh },
    alsoSubscriptions: true,
    notify: false,
  })

  const login = await loginOf(cato)
  expect(login.name).toBe('cato@example.org')
  expect(await verifyPassword(login.passwordHash, fresh)).toBe(true)
  expect(await sessionsOf(cato)).toEqual([])
  expect(await reread(db(), shop)).toMatchObject({ generation: 2, systemUser: shop.systemUser })
})

test('only the name', async () => {
  const { rita, cato } = people
  const before = await loginOf(cato)
  await signIn(cato)
  await changeLogin(db(), key, rita.actor, cato.account.id, {
    login: 'cato2',
    password: 'keep',
    alsoSubscriptions: true,
    notify: false,
  })
  expect(await loginOf(cato)).toMatchObject({ name: 'cato2', passwordHash: before.passwordHash })
  expect(await sessionsOf(cato)).toHaveLength(1)
  expect(await reread(db(), shop)).toMatchObject({ generation: 1 })
})

test('a name in use is refused without saying whose it is, also at once', async () => {
  // F-113
  const { rita, rolf, cato, cleo } = people
  const rename = (who: Someone, whose: Someone, login: string) =>
    changeLogin(db(), key, who.actor, whose.account.id, {
      login,
      password: 'keep',
      alsoSubscriptions: false,
      notify: false,
    })
  await expect(rename(rita, cato, 'cleo')).rejects.toThrow('already in use')
  await expect(rename(rita, cato, 'root')).rejects.toThrow('reserved')

  const both = await Promise.allSettled([rename(rita, cato, 'same'), rename(rolf, cleo, 'same')])
  expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  expect(both.find((one) => one.status === 'rejected')).toMatchObject({
    reason: { field: 'login' },
  })
  await expect(rename(rolf, cato, 'mine')).rejects.toThrow(NotFound)
  await expect(rename(cato, cato, 'mine')).rejects.toThrow(Forbidden)
})
