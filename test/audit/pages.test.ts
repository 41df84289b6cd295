import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { accounts } from '../../src/accounts/schema.ts'
import { record } from '../../src/audit/record.ts'
import { forgetOldEntries } from '../../src/audit/retention.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { aSubscription, type Cast, cast, type Someone } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
const visitors: Record<string, Visitor> = {}

beforeAll(async () => {
  people = await cast(db())
  const { ada, rita, rolf, cato, cleo } = people
  for (const one of [ada, rita, rolf, cato, cleo]) visitors[one.login.name] = await web.as(one)
  const shop = await aSubscription(db(), cato.account, people.host, people.ritasGold, 'shop.test')
  const subject = { kind: 'subscription', id: shop.id, name: 'shop.test' }
  await db().transaction(async (tx) => {
    const disk = { disk: { from: 100, to: 200 } }
    await record(tx, rita.actor, {
      action: 'subscription.suspended',
      object: subject,
      accountId: cato.account.id,
    })
    await record(tx, as(ada, cato), {
      action: 'subscription.customized',
      object: subject,
      accountId: cato.account.id,
      changes: { values: { from: { disk: 100, ftp: 1 }, to: { disk: 200, ftp: 1 } }, ...disk },
    })
    await record(tx, cleo.actor, {
      action: 'login.password_changed',
      object: { kind: 'login', id: 1, name: 'cleo' },
      accountId: cleo.account.id,
    })
    await record(tx, ada.actor, {
      action: 'host.added',
      object: { kind: 'host', id: 1, name: '=cmd|calc' },
    })
  })
})

const as = (who: Someone, whose: Someone) => ({
  ...whose.actor,
  impersonator: {
    accountId: who.account.id,
    loginId: who.login.id,
    loginName: who.login.name,
  },
})

const read = (name: string, path = '/audit') => visitors[name]!.read(path)

test('each sees what is about them and theirs', async () => {
  // F-110, F-125
  const seen = {
    ada: ['Subscription suspended', 'Values changed', 'Password changed', 'Host added'],
    rita: ['Subscription suspended', 'Values changed'],
    rolf: ['Password changed'],
    cato: ['Subscription suspended', 'Values changed'],
    cleo: ['Password changed'],
  }
  for (const [name, words] of Object.entries(seen)) {
    const rows = (await read(name)).split('<tbody>')[1]!
    for (const word of seen.ada)
      expect([name, word, rows.includes(word)]).toEqual([name, word, words.includes(word)])
    const file = await read(name, '/audit.csv')
    for (const word of seen.ada) expect(file.includes(word)).toBe(words.includes(word))
  }
})

test('says who really did it in whose account, and old and new', async () => {
  // F-119
  const page = await read('rita')
  expect(page).toContain('as Cato')
  expect(page).toMatch(/<dt>Disk space<\/dt><dd><del>100 bytes<\/del>.*<ins>200 bytes<\/ins>/)
  expect(page).not.toContain('values.ftp')
})

test('an address is for those above', async () => {
  expect(await read('ada')).toContain('192.0.2.1')
  const rows = (await read('cato')).split('<tbody>')[1]!
  expect(rows).not.toContain('192.0.2.1')
})

test.each([
  ['action=host.added', ['Host added']],
  ['kind=login', ['Password changed']],
  ['q=shop', ['Subscription suspended', 'Values changed']],
  ['q=cleo', ['Password changed']],
  ['from=2000-01-01&to=2000-01-02', []],
  [
    'from=2000-01-01',
    ['Host added', 'Password changed', 'Values changed', 'Subscription suspended'],
  ],
])('filtered by %s', async (query, expected) => {
  const file = await read('ada', `/audit.csv?${query}`)
  const words = file
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(',')[0])
  expect(words.toSorted()).toEqual(expected.toSorted())
})

test('by account and by who did it; nothing of a stranger’s, whatever is asked', async () => {
  const { cato, cleo, ada } = people
  expect(await read('ada', `/audit.csv?account=${cato.account.id}`)).not.toContain('cleo')
  expect(await read('ada', `/audit.csv?actor=${ada.account.id}`)).toContain('Host added')
  const strange = await read('rita', `/audit?account=${cleo.account.id}`)
  expect(strange).toContain('Nothing of this happened')
  expect(strange).not.toContain('Cleo')
})

test('the page of an account shows its own part', async () => {
  const page = await read('rita', `/customers/${people.cato.account.id}`)
  expect(page).toContain('Subscription suspended: shop.test')
})

// F-112
test('who is moved takes its history along', async () => {
  const { cato, rita, rolf } = people
  const move = (providerId: number) =>
    db().update(accounts).set({ providerId }).where(eq(accounts.id, cato.account.id))
  await move(rolf.account.id)
  // What Rita did herself stays hers to see.
  expect(await read('rita')).not.toContain('Values changed</th>')
  expect(await read('rolf', `/audit?account=${cato.account.id}`)).toContain('Values changed</th>')
  await move(rita.account.id)
})

test('goes only when it is older than the setting says', async () => {
  const old = new Date(Date.now() - 100 * 86_400_000)
  const [entry] = await db()
    .insert(auditEntries)
    .values({
      at: old,
      action: 'plan.removed',
      actorName: 'ada',
      objectKind: 'plan',
      objectName: 'Old',
    })
    .returning()
  const all = await db().$count(auditEntries)
  await forgetOldEntries(db())
  expect(await db().$count(auditEntries)).toBe(all)

  await db().insert(settings).values({ name: 'auditDays', value: 90 })
  await expect(db().delete(auditEntries)).rejects.toThrow()
  await forgetOldEntries(db())
  expect(await db().$count(auditEntries)).toBe(all - 1)
  expect(await db().$count(auditEntries, eq(auditEntries.id, entry!.id))).toBe(0)
})

// M-32: what a reseller is given is forty values, and no row as high as a page
test('a change of many things shows the first, and folds the rest', async () => {
  const values = Object.fromEntries(
    ['disk', 'traffic', 'mailboxes', 'domains', 'ftpLogins', 'imap', 'pop3'].map((key) => [key, 1]),
  )
  await db().transaction((tx) =>
    record(tx, people.ada.actor, {
      action: 'reseller.contract_given',
      object: { kind: 'account', id: people.rolf.account.id, name: 'Rolf' },
      accountId: people.rolf.account.id,
      changes: { values: { to: values } },
    }),
  )
  const page = await read('rolf')
  expect(page).toMatch(/<details><summary>3 more values<\/summary><dl>/)
  expect(await read('cato')).not.toContain('<details><summary>')
})
