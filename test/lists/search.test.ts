import { beforeAll, expect, test } from 'vitest'
import { databases } from '../../src/databases/schema.ts'
import { ftpLogins } from '../../src/ftp/schema.ts'
import { finishedJobs } from '../../src/jobs/schema.ts'
import { mailboxes, mailingLists } from '../../src/mail/schema.ts'
import { domains } from '../../src/subscriptions/schema.ts'
import { aSubscription, type Cast, cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { type Visitor, webApp } from '../support/web.ts'

const db = ownDatabase()
const web = webApp(db)
let people: Cast
let [ada, rita, rolf, cato] = [] as unknown as [Visitor, Visitor, Visitor, Visitor]

beforeAll(async () => {
  people = await cast(db())
  ada = await web.as(people.ada)
  rita = await web.as(people.rita)
  rolf = await web.as(people.rolf)
  cato = await web.as(people.cato)
  const { cato: owner, host } = people
  const domain = 'xn--bcher-kva.test'
  const { id: subscriptionId } = await aSubscription(db(), owner.account, host, null, domain)
  const forwarding = { subscriptionId, kind: 'alias', name: 'lesen.test' } as const
  await db().insert(domains).values(forwarding)
  await db()
    .insert(mailboxes)
    .values({ subscriptionId, local: 'info', domain, passwordHash: 'x', quota: 1 })
  await db()
    .insert(mailingLists)
    .values({ subscriptionId, local: 'leser', domain, owner: 'a@b.test' })
  await db().insert(ftpLogins).values({ subscriptionId, name: 'buch_bilder', passwordHash: 'x' })
  await db().insert(databases).values({ subscriptionId, name: 'buch_laden' })
  await db()
    .insert(finishedJobs)
    .values({
      ...({ id: 4711, kind: 'subscriptions.apply', key: 'x', state: 'done' } as const),
      ...{ subscriptionId, accountId: owner.account.id, actorName: 'rita', payload: {} },
    })
})

// P-3
const things = [
  ['lesen.test', '/domains/', 'Forwarded domains'],
  ['info@bücher.test', '/mailboxes/', 'Mailboxes'],
  ['leser@bücher.test', '/mailing-lists/', 'Mailing lists'],
  ['buch_bilder', '/ftp-logins/', 'FTP logins'],
  ['buch_laden', '/databases/', 'MySQL databases'],
] as const

test.each(things)(
  '%s is found by a part of its name, by whom it belongs to',
  async (name, path, title) => {
    const part = encodeURIComponent(name.slice(0, -1))
    for (const visitor of [ada, rita, cato]) {
      const page = await visitor.read(`/search?q=${part}`)
      expect(page).toContain(`<h2 class="card-title">${title}</h2>`)
      expect(page).toContain(`href="${path}`)
    }
    // F-113
    expect(await rolf.read(`/search?q=${part}`)).toContain('Nothing of that name')
  },
)

test.each(things.slice(3))('%s in full leads straight there', async (name, path) => {
  const answer = await rita.get(`/search?q=${name}`)
  expect(answer.headers.get('location')).toContain(path)
})

test('a job by its number', async () => {
  for (const q of ['4711', '%234711']) {
    expect(await rita.read(`/search?q=${q}`)).toContain('4711 · Set up subscription')
    expect(await rolf.read(`/search?q=${q}`)).toContain('Nothing of that name')
  }
})
