import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { verifyPassword } from '../../src/auth/passwords.ts'
import { Forbidden, Invalid } from '../../src/errors.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { resellers } from '../../src/plans/schema.ts'
import { takeCredentials } from '../../src/subscriptions/credentials.ts'
import { createCustomer, type NewCustomer } from '../../src/subscriptions/customer.ts'
import { subscriptions, suspensions } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, type Cast, cast, password, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase(24)
const key = randomBytes(32)
let people: Cast
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
})

const customer = (more: Partial<NewCustomer> = {}): NewCustomer => ({
  kind: 'customer',
  name: 'Carla Conti',
  company: '',
  email: 'carla@example.org',
  phone: '',
  street: '',
  postcode: '',
  city: '',
  country: '',
  description: '',
  additionalInformation: '',
  language: null,
  timeZone: null,
  apiAccess: false,
  login: 'carla',
  password,
  enabled: true,
  welcome: null,
  resellerPlanId: null,
  subscription: null,
  ...more,
})
const withShop = () => ({ domain: 'shop.test', planId: people.ritasGold.id, hostId: null })
const create = (who: Someone, more: Partial<NewCustomer> = {}) =>
  createCustomer(db(), key, who.actor, customer(more))
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )
const called = async (name: string) =>
  (await db().select().from(logins).where(eq(logins.name, name)))[0]

test('a customer with a login below who made it', async () => {
  // P-57, P-60
  const { account, created } = await create(people.rita, { description: 'pays late' })

  expect(created).toBeNull()
  expect(account).toMatchObject({
    kind: 'customer',
    providerId: people.rita.account.id,
    description: 'pays late',
    suspended: false,
  })
  const login = await called('carla')
  expect(login).toMatchObject({ accountId: account.id, role: 'owner' })
  expect(await verifyPassword(login!.passwordHash, password)).toBe(true)
})

test('with its subscription: one name and one password for panel, FTP and SSH', async () => {
  // P-63, R-1, S-35
  const { account, created } = await create(people.rita, { subscription: withShop() })

  expect(created!.subscription).toMatchObject({ accountId: account.id, systemUser: 'carla' })
  expect(await db().select().from(jobs)).toMatchObject([{ id: created!.jobId }])
  const of = { subscriptionId: created!.subscription.id }
  expect(await takeCredentials(db(), key, people.rita.actor, of)).toEqual({
    occasion: 'created',
    systemUser: 'carla',
    login: 'carla',
    password,
  })
})

test('a login that is no system user gets one made from the domain', async () => {
  const { created } = await create(people.rita, {
    login: 'carla@example.org',
    subscription: withShop(),
  })
  expect(created!.subscription.systemUser).toBe('shop')
})

test('a login whose earlier system user is still being removed has to wait', async () => {
  // F-19
  const { cato, host, rita } = people
  await aSubscription(db(), cato.account, host, null, 'carla.test', {
    systemUser: 'carla',
    removing: true,
  })
  expect(await refusal(create(rita, { subscription: withShop() }))).toMatchObject({
    field: 'login',
    message: expect.stringContaining('still being removed'),
  })
  expect(await called('carla')).toBeUndefined()
})

test('what cannot be had whole is not had at all', async () => {
  const before = await db().select().from(accounts)
  for (const subscription of [
    { ...withShop(), domain: 'shop' },
    { ...withShop(), planId: people.rolfsGold.id },
    { ...withShop(), hostId: 987_654 },
  ]) {
    expect(await refusal(create(people.rita, { subscription }))).toBeInstanceOf(Invalid)
  }
  expect(await db().select().from(accounts)).toHaveLength(before.length)
  expect(await db().select().from(subscriptions)).toEqual([])
  expect(await called('carla')).toBeUndefined()
})

test('a generated password is shown once', async () => {
  const { account } = await create(people.rita, { password: null })
  const of = { accountId: account.id }
  const shown = await takeCredentials(db(), key, people.rita.actor, of)

  expect(shown).toMatchObject({ login: 'carla', systemUser: null })
  expect(await verifyPassword((await called('carla'))!.passwordHash, shown!.password)).toBe(true)
  expect(await takeCredentials(db(), key, people.rita.actor, of)).toBeUndefined()
})

test('an account may start disabled, and so does its site', async () => {
  // M-29
  const { account, created } = await create(people.rita, {
    enabled: false,
    subscription: withShop(),
  })
  const [row] = await db().select().from(accounts).where(eq(accounts.id, account.id))
  expect(row).toMatchObject({ suspended: true })
  expect(await db().select().from(suspensions)).toMatchObject([{ reason: 'reseller' }])
  expect(
    await db().select().from(subscriptions).where(eq(subscriptions.id, created!.subscription.id)),
  ).toMatchObject([{ suspended: true }])
})

test('resellers are made by admins only, with a plan or Custom', async () => {
  // R-8, F-114
  const { ada, rita } = people
  expect(await refusal(create(rita, { kind: 'reseller' }))).toBeInstanceOf(Forbidden)

  const { account } = await create(ada, { kind: 'reseller' })
  expect(
    await db().select().from(resellers).where(eq(resellers.accountId, account.id)),
  ).toMatchObject([{ planId: null, values: { disk: 'unlimited', php: true } }])

  const silver = await aPlan(db(), ada.account, 'Silver', { disk: 7 }, 'reseller')
  const next = await create(ada, { kind: 'reseller', login: 'ron', resellerPlanId: silver.id })
  expect(
    await db().select().from(resellers).where(eq(resellers.accountId, next.account.id)),
  ).toMatchObject([{ planId: silver.id, values: { disk: 7 } }])
})

test('customers make no customers', async () => {
  expect(await refusal(create(people.cato))).toBeInstanceOf(Forbidden)
  expect(await called('carla')).toBeUndefined()
})

test('ten at once with one user name are one', async () => {
  // F-72, F-113
  const results = await Promise.all(
    Array.from({ length: 10 }, () => refusal(create(people.rita, { password: null }))),
  )
  expect(results.filter((one) => one === undefined)).toHaveLength(1)
  expect(results.find((one) => one !== undefined)).toMatchObject({
    field: 'login',
    message: 'This user name is already in use.',
  })
})

test('bad names and passwords are refused with the reason', async () => {
  // F-16, F-48, F-50
  for (const [more, field] of [
    [{ login: 'root' }, 'login'],
    [{ login: 'Carla Conti' }, 'login'],
    [{ password: 'short' }, 'password'],
    [{ password: 'carla-carla-1' }, 'password'],
  ] as const) {
    expect(await refusal(create(people.rita, more))).toMatchObject({ field })
  }
})

test('names are kept exactly as they were written', async () => {
  // F-23
  const odd = ["O'Brien", 'Null', '<b>', '{{7*7}}', '<%= 1 %>', 'שלום', '🎈', 'x', 'é'.repeat(200)]
  for (const [index, name] of odd.entries()) {
    await create(people.rita, { name, login: `odd${index}` })
  }
  const rows = await db().select().from(accounts).where(eq(accounts.email, 'carla@example.org'))
  expect(rows.map((row) => row.name).sort()).toEqual(odd.sort())
})
