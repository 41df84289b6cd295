import { beforeAll, describe, expect, test } from 'vitest'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let cato: Visitor
beforeAll(async () => {
  people = await cast(db())
  for (const domain of ['shop.test', 'blog.test']) {
    await aSubscription(db(), people.cato.account, people.host, people.ritasGold, domain)
  }
  cato = await web.as(people.cato)
})

// F-31, F-110, E-safe
describe.each([
  '/domains/new',
  '/ftp-logins/new',
  '/databases/new',
  '/mailboxes/new',
  '/mailing-lists/new',
])('%s', (address) => {
  test.each(['9'.repeat(400), '-1', '0', 'abc', '1e3', '__proto__'])(
    'asks for a subscription when the address names %s',
    async (named) => {
      const answer = await cato.get(`${address}?subscription=${named}`)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('blog.test')
    },
  )
})

test.each(['/domains/new', '/ftp-logins/new', '/databases/new'])(
  '%s is refused for one that no number names',
  async (address) => {
    const answer = await cato.post(address, { subscription: '9'.repeat(400) })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('blog.test')
  },
)
