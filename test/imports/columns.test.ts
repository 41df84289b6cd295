import { and, eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { accounts, logins } from '../../src/accounts/schema.ts'
import { auditEntries } from '../../src/audit/schema.ts'
import { mailboxes } from '../../src/mail/schema.ts'
import { settings } from '../../src/settings/schema.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { aHost, aPlan, type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'
import { anna, confirmed, csvOf, header, leftIn, upload, uploaded } from './file.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let rita: Visitor
let ada: Visitor
beforeEach(async () => {
  await emptied(db())
  await emptied(db(), ['settings', 'attempts'])
  people = await cast(db())
  rita = await web.as(people.rita)
  ada = await web.as(people.ada)
})

const called = (name: string) => db().select().from(accounts).where(eq(accounts.name, name))

test('our own list is read as it is: customers of one’s own, in one’s language', async () => {
  await db()
    .update(accounts)
    .set({ phone: '+49 30 1', description: '=1+1', company: '"A"; B', suspended: true })
    .where(eq(accounts.id, people.cato.account.id))
  await db().update(accounts).set({ language: 'de' })
  const file = await rita.read('/customers.csv')
  const told = await leftIn(rita, await uploaded(rita, file))
  expect(Object.values(told).toSorted()).toEqual([
    'Art: Importiert werden nur Kunden.',
    'Benutzername: Dieser Benutzername ist schon vergeben.',
  ])

  // on another panel, where nobody has these names
  const renamed = file.replaceAll('cato', 'kato').replaceAll('Cato', 'Kato')
  await confirmed(rita, await uploaded(rita, renamed))
  const [kato] = await called('Kato')
  expect(kato).toMatchObject({
    phone: '+49 30 1',
    description: '=1+1',
    company: '"A"; B',
    suspended: true,
    email: 'kato@example.org',
  })
  expect(await db().$count(accounts, eq(accounts.name, 'Rita'))).toBe(1)
})

test('resellers and customers of others in an admin’s list stay where they are', async () => {
  const file = (await ada.read('/customers.csv')).replaceAll(/(\w+)@example/g, '$1.new@example')
  const renamed = file.replaceAll(/,(cato|cleo|rita|rolf|ada),/g, ',$1-new,')
  const told = Object.values(await leftIn(ada, await uploaded(ada, renamed)))
  expect(told.filter((why) => why === 'Kind: Only customers are imported.')).toHaveLength(3)
  expect(told.filter((why) => why.startsWith('It belongs to another provider: R'))).toHaveLength(2)
})

test('what was left out can be mended and sent again', async () => {
  const file = csvOf(header, ['Uwe', 'uwe', 'uwe', 'uwe.test', 'gold'])
  const address = await uploaded(rita, file)
  const back = await rita.read(`${address}/left.csv`)
  expect(back).toContain('uwe.test')
  const again = await uploaded(rita, back.replace(',uwe,', ',uwe@example.org,'))
  expect(await rita.read(again)).toContain('1 customer of 1 will be created')
  expect(await rita.read(again)).not.toContain('not read')
})

test('the template has all that can be said, and only that', async () => {
  const template = await ada.read('/customers/import/template.csv')
  expect(template).toContain('Name,Company,E-mail')
  expect(template).toContain('Domain,Plan,Host')
  expect(await rita.read('/customers/import/template.csv')).not.toContain('Host')
  expect((await upload(ada, template)).status).toBe(422)
  const filled = `${template}${template.replace('\uFEFF', '').replaceAll(/[^,\r\n]+/g, 'x')}`
  expect(await ada.read(await uploaded(ada, filled))).toContain('Left out: 1')
})

test('columns that mean nothing are named', async () => {
  const file = csvOf(['Name', 'E-mail', 'Shoe size', 'ID'], ['A', 'a@example.org', '44', '7'])
  expect(await rita.read(await uploaded(rita, file))).toContain(
    'Columns that are not read: Shoe size',
  )
})

test('all that a line can say arrives', async () => {
  const web1 = await aHost(db(), 'web1')
  const [some, values] = [
    'Name,Company,E-mail,Phone,Street,Postcode,City,Country,Language,Time zone,Description,Additional information,Domain,Plan,Host,Status',
    'Eva,Eva Ltd,Eva@Example.org,030 1,Way 1,10115,Berlin,Deutschland,Italian,Europe/Rome,"note\r\ntwo",hello,www.eva.test,Gold,web1,Suspended',
  ]
  await db().update(accounts).set({ language: 'de' }).where(eq(accounts.id, people.ada.account.id))
  await confirmed(ada, await uploaded(ada, `${some}\r\n${values}\r\n`))
  const [eva] = await called('Eva')
  expect(eva).toMatchObject({
    ...{ company: 'Eva Ltd', email: 'Eva@Example.org', phone: '030 1', street: 'Way 1' },
    ...{
      postcode: '10115',
      city: 'Berlin',
      country: 'DE',
      language: 'it',
      timeZone: 'Europe/Rome',
    },
    ...{ description: 'note\ntwo', additionalInformation: 'hello', suspended: true },
  })
  const [site] = await db().select().from(subscriptions).where(eq(subscriptions.accountId, eva!.id))
  expect(site).toMatchObject({
    domain: 'eva.test',
    hostId: web1.id,
    suspended: true,
    systemUser: 'eva',
  })
  expect(await db().$count(logins, eq(logins.name, 'eva@example.org'))).toBe(1)
})

test('system users follow the same rule as one alone, in the order of the lines (R-1)', async () => {
  const lines = [
    ['A', 'a@example.org', '', 'shop.test', 'gold'],
    ['B', 'b@example.org', 'shop', 'other.test', 'gold'],
    ['C', 'c@example.org', '', 'shop.example', 'gold'],
    ['D', 'd@example.org', '', '例え.test', 'gold'],
    ['E', 'e@example.org', 'web3', 'e.test', 'gold'],
    ['F', 'f@example.org', '', '例子.test', 'gold'],
    ['G', 'g@example.org', '', '1.test', 'gold'],
  ]
  await confirmed(rita, await uploaded(rita, csvOf(header, ...lines)))
  const rows = await db().select().from(subscriptions).orderBy(subscriptions.id)
  expect(rows.map(({ domain, systemUser }) => [domain, systemUser])).toEqual([
    ['shop.test', 'shop'],
    ['other.test', 'other'],
    ['shop.example', 'shop2'],
    ['xn--r8jz45g.test', 'web2'],
    ['e.test', 'web3'],
    ['xn--fsqu00a.test', 'web4'],
    ['1.test', 'web1'],
  ])
})

test('the provider’s default mailbox comes with each (S-68, R-11)', async () => {
  await db()
    .insert(settings)
    .values({ accountId: people.rita.account.id, name: 'defaultMailbox', value: 'webmaster' })
  await aPlan(db(), people.rita.account, 'Mail', { mailboxes: 5 })
  const carl = ['Carl', 'carl@example.org', '', 'carl.test', 'Mail']
  const address = await uploaded(rita, csvOf(header, anna, carl))
  const preview = await rita.read(address)
  expect(preview).toContain('Each gets the mailbox “webmaster”')
  expect(preview).toContain('1 of them gets none: the plan has no mailboxes.')
  await confirmed(rita, address)
  const boxes = await db().select().from(mailboxes)
  expect(boxes.map(({ local, domain }) => `${local}@${domain}`)).toEqual(['webmaster@carl.test'])
  expect(await db().$count(auditEntries, and(eq(auditEntries.action, 'mailbox.created')))).toBe(1)
})
