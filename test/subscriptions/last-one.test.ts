import { beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../../src/databases/creation.ts'
import { addDomain } from '../../src/domains/adding.ts'
import { addForwarding } from '../../src/domains/forwarding.ts'
import { Invalid } from '../../src/errors.ts'
import { createFtpLogin } from '../../src/ftp/creation.ts'
import { createMailbox } from '../../src/mail/creation.ts'
import { createList } from '../../src/mail/mailing-list.ts'
import { contents, ofSubscription, used } from '../../src/subscriptions/contents.ts'
import { wish } from '../mail/shop.ts'
import { aPlan, aSubscription, cast, password } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase(20)
const key = Buffer.alloc(32, 7)
beforeEach(() => emptied(db()))

const limits = {
  ...{ domains: 4, subdomains: 3, forwardings: 3, mailboxes: 60, mailAliases: 3, mailingLists: 3 },
  ...{ ftpLogins: 3, databases: 3, mailboxSize: 500 * 1024 ** 2, imap: true, pop3: true },
}
type Limited = Exclude<keyof typeof limits, 'mailboxSize' | 'imap' | 'pop3'>

async function shop(more: Partial<typeof limits> = {}) {
  const { cato, rita, host } = await cast(db())
  const plan = await aPlan(db(), rita.account, 'Small', { ...limits, ...more })
  const { id } = await aSubscription(db(), cato.account, host, plan, 'shop.test')
  const { actor } = cato
  const bare = { sharedWith: null, www: true, php: null, consent: false }
  const make: Record<Limited, (n: number) => Promise<unknown>> = {
    domains: (n) => addDomain(db(), actor, id, { ...bare, name: `d${n}.test` }),
    subdomains: (n) => addDomain(db(), actor, id, { ...bare, name: `s${n}.shop.test` }),
    forwardings: (n) =>
      addForwarding(db(), actor, id, { name: `f${n}.test`, address: null, consent: false }),
    mailboxes: (n) => createMailbox(db(), key, actor, id, wish({ local: `m${n}` })),
    mailAliases: (n) =>
      createMailbox(db(), key, actor, id, wish({ local: `m${n}`, aliases: `a${n}` })),
    mailingLists: (n) =>
      createList(db(), actor, id, {
        ...{ local: `l${n}`, domain: 'shop.test', owner: 'cato@example.org', members: '' },
        ...{ posting: 'members', moderated: false },
      }),
    ftpLogins: (n) => createFtpLogin(db(), key, actor, id, { name: `f${n}`, folder: '', password }),
    databases: (n) =>
      createDatabase(db(), key, actor, id, { name: `d${n}`, address: '', password }),
  }
  return { id, make }
}

test('every content has its limit', () => {
  for (const { property } of contents) expect(limits).toHaveProperty(property)
})

// F-85
test.each(contents.map(({ property }) => property as Limited))(
  '%s: the last one allowed comes in, and of fifty at once not one more',
  async (property) => {
    const { id, make } = await shop(property === 'mailboxes' ? { mailboxes: 3 } : {})
    const count = async () => (await used(db(), ofSubscription(id)))[property]
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => make[property](n)),
    )

    const limit = property === 'domains' ? 4 : 3
    expect(await count()).toBe(limit)
    const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    // the main domain counts as one that was there before
    expect(refused).toHaveLength(47)
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(Invalid)
      expect(reason.words).toMatchObject({ used: limit, limit })
    }
    // what decides it
    expect(refused[0].words).toMatchObject({ name: 'Small' })
    await expect(make[property](50)).rejects.toThrow(Invalid)
    expect(await count()).toBe(limit)
  },
)
