import { beforeEach, expect, test } from 'vitest'
import { Forbidden, NotFound } from '../../src/errors.ts'
import { contents, ofSubscription, used } from '../../src/subscriptions/contents.ts'
import { takeRoom } from '../../src/subscriptions/room.ts'
import { domains } from '../../src/subscriptions/schema.ts'
import { aPlan, aSubscription, cast } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase(20)
beforeEach(() => emptied(db()))

test('of fifty at once no more come in than there is room for, and the others are told why', async () => {
  // F-85
  const { cato, host, rita } = await cast(db())
  const plan = await aPlan(db(), rita.account, 'Seven', { subdomains: 7 })
  const { id } = await aSubscription(db(), cato.account, host, plan, 'shop.test')
  const add = (n: number) =>
    db().transaction(async (tx) => {
      await takeRoom(tx, cato.actor, id, 'subdomains')
      const name = `s${n}.shop.test`
      await tx.insert(domains).values({ subscriptionId: id, kind: 'subdomain', name })
    })

  const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => add(n)))

  const refused = answers.filter((answer) => answer.status === 'rejected')
  expect(refused).toHaveLength(43)
  expect(refused[0]!.reason).toMatchObject({
    field: '',
    words: { what: 'Subdomains', used: 7, limit: 7, name: 'Seven' },
  })
  expect(refused[0]!.reason.words.decided).toBe('The plan {name} decides this.')
  expect(await used(db(), ofSubscription(id))).toMatchObject({ subdomains: 7, domains: 1 })
})

test('every content is counted, and only those who see it may add to it', async () => {
  const { cato, cleo, rita, host } = await cast(db())
  const plan = await aPlan(db(), rita.account, 'Free', { forwardings: 'unlimited' })
  const { id } = await aSubscription(db(), cato.account, host, plan, 'free.test')
  expect(Object.keys(await used(db(), ofSubscription(id)))).toEqual(
    contents.map(({ property }) => property),
  )

  const take = (actor: typeof cato.actor) =>
    db().transaction((tx) => takeRoom(tx, actor, id, 'forwardings'))
  await expect(take(cato.actor)).resolves.toMatchObject({ subscription: { id } })
  await expect(take(cleo.actor)).rejects.toThrow(NotFound)
  await expect(take({ ...cato.actor, role: 'read' })).rejects.toThrow(Forbidden)
})
