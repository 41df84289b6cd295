import { beforeAll, beforeEach, expect, test } from 'vitest'
import { messages } from '../../src/messages/schema.ts'
import { suspendAccount } from '../../src/subscriptions/suspension.ts'
import { type Cast, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast

beforeAll(async () => {
  people = await cast(db())
})
beforeEach(() => emptied(db(), ['messages', 'suspensions']))

const change = async (who: 'rita' | 'ada', fields: Record<string, string>) =>
  (await web.as(people[who])).post(`/customers/${people.cato.account.id}/suspension`, fields)
const mails = () => db().select().from(messages).orderBy(messages.id)

test('a customer is told of being suspended and activated when the provider says so', async () => {
  await change('rita', { status: 'suspended', text: 'Unpaid', mail: 'on' })
  await change('rita', { status: 'active', mail: 'on' })
  const { cato, rita } = people
  const common = { accountId: cato.account.id, providerId: rita.account.id, state: 'waiting' }
  expect(await mails()).toMatchObject([
    { ...common, template: 'suspended', words: { text: 'Unpaid' } },
    { ...common, template: 'activated' },
  ])
})

test('and is not told otherwise, nor twice, nor while another reason stands', async () => {
  await change('rita', { status: 'suspended' })
  await change('rita', { status: 'suspended', mail: 'on' })
  await suspendAccount(db(), people.ada.actor, people.cato.account.id, 'Abuse')
  await change('rita', { status: 'active', mail: 'on' })
  expect(await mails()).toEqual([])
})

test('what an admin does to a reseller’s customer is told in the reseller’s name', async () => {
  await change('ada', { status: 'suspended', mail: 'on' })
  expect(await mails()).toMatchObject([{ providerId: people.rita.account.id, actorName: 'ada' }])
})
