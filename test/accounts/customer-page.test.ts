import { beforeEach, expect, test } from 'vitest'
import { aSubscription, type Cast, cast, type Someone } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
const at = (below = '') => `/customers/${people.cato.account.id}${below}`
beforeEach(async () => {
  await emptied(db())
  people = await cast(db())
  for (const domain of ['shop.test', 'blog.test']) {
    await aSubscription(db(), people.cato.account, people.host, people.ritasGold, domain)
  }
})

const links = {
  'Edit contact info': '/contact',
  'Change login info': '/login',
  'Change status': '/suspension',
  Description: '/description',
  Remove: '/removal',
}
const ofAdmins = { 'Convert to reseller': '/conversion', 'Provider: Change': '/move' }
const hrefs = (html: string) => [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)

test('all that can be done with a customer is on its page, for its reseller and for admins', async () => {
  // P-1, P-2, P-4, P-17, P-20, P-21, P-26, P-28
  const shown = async (who: Someone) => hrefs(await (await web.as(who)).read(at()))
  expect(await shown(people.rita)).toEqual(
    expect.arrayContaining(Object.values(links).map((link) => at(link))),
  )
  expect(await shown(people.ada)).toEqual(
    expect.arrayContaining(Object.values({ ...links, ...ofAdmins }).map((link) => at(link))),
  )
  for (const link of Object.values(ofAdmins)) {
    expect(await shown(people.rita)).not.toContain(at(link))
  }
  const rolf = await web.as(people.rolf)
  expect((await rolf.get(at())).status).toBe(404)
})

test('from a customer it is one step to its provider, subscriptions and domains', async () => {
  // P-3, P-66
  const ada = await web.as(people.ada)
  const html = await ada.read(at())
  const id = people.cato.account.id
  expect(hrefs(html)).toEqual(
    expect.arrayContaining([
      `/customers/${people.rita.account.id}`,
      `/domains?account=${id}`,
      `/subscriptions?account=${id}&amp;status=active`,
      `/subscriptions/new?account=${id}`,
    ]),
  )
  const domains = await ada.read(`/domains?account=${id}`)
  expect(domains).toContain('shop.test')
  expect(domains).toContain('blog.test')
  const subscriptions = await ada.read(`/subscriptions?account=${id}`)
  expect(hrefs(subscriptions)).toContain(at())
})

test('all subscriptions of a customer are in one account', async () => {
  // P-57, P-58, P-59
  const rita = await web.as(people.rita)
  expect(await rita.read('/customers')).toContain('>Cato<')
  expect(await rita.read('/customers')).not.toContain('>Cleo<')
  const himself = await web.as(people.cato)
  const own = await himself.read('/subscriptions')
  expect(own).toContain('shop.test')
  expect(own).toContain('blog.test')
})
