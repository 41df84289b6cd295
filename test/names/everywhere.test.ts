import { encrypt } from 'unixcrypt'
import { beforeEach, describe, expect, test } from 'vitest'
import { auditEntries } from '../../src/audit/schema.ts'
import { Document } from '../../src/contract/document.ts'
import { createDatabase } from '../../src/databases/creation.ts'
import { databaseUsers } from '../../src/databases/schema.ts'
import { mysqlHash } from '../../src/databases/user-password.ts'
import { addUser } from '../../src/databases/users.ts'
import { addDomain } from '../../src/domains/adding.ts'
import { addForwarding } from '../../src/domains/forwarding.ts'
import { Invalid } from '../../src/errors.ts'
import { createFtpLogin } from '../../src/ftp/creation.ts'
import { ftpLogins } from '../../src/ftp/schema.ts'
import { jobs } from '../../src/jobs/schema.ts'
import { createMailbox } from '../../src/mail/creation.ts'
import { createList } from '../../src/mail/mailing-list.ts'
import { mailboxes } from '../../src/mail/schema.ts'
import { parts } from '../../src/runner/parts.ts'
import { contents, ofSubscription, used } from '../../src/subscriptions/contents.ts'
import { changePassword } from '../../src/subscriptions/password.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { wish } from '../mail/shop.ts'
import { aPlan, aSubscription, cast, password, reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'

const db = ownDatabase()
const key = Buffer.alloc(32, 7)

async function shopkeepers() {
  const people = await cast(db())
  const counts = Object.fromEntries(contents.map(({ property }) => [property, 50]))
  const values = { ...counts, mailboxSize: 500 * 1024 ** 2, imap: true, pop3: true }
  const plan = await aPlan(db(), people.rita.account, 'Roomy', values)
  const shop = await aSubscription(db(), people.cato.account, people.host, plan, 'shop.test')
  return { ...people, shop, actor: people.cato.actor }
}
let people: Awaited<ReturnType<typeof shopkeepers>>
beforeEach(async () => {
  await emptied(db())
  people = await shopkeepers()
})

const bare = { sharedWith: null, www: true, php: null, consent: false }
const list = { domain: 'shop.test', owner: 'cato@example.org', members: '', moderated: false }

/** Whatever is made with a name that reaches a host. */
const named = {
  domain: (name: string) => addDomain(db(), people.actor, people.shop.id, { ...bare, name }),
  forwarding: (name: string) =>
    addForwarding(db(), people.actor, people.shop.id, { name, address: null, consent: false }),
  'address of a forwarding': (name: string) =>
    addForwarding(db(), people.actor, people.shop.id, {
      ...{ name: 'away.test', address: `https://${name}/`, consent: false },
    }),
  mailbox: (local: string) =>
    createMailbox(db(), key, people.actor, people.shop.id, wish({ local })),
  'further address': (aliases: string) =>
    createMailbox(db(), key, people.actor, people.shop.id, wish({ aliases: `${aliases}\n` })),
  'where a mailbox forwards to': (local: string) =>
    createMailbox(db(), key, people.actor, people.shop.id, wish({ forwardTo: `${local}@b.test` })),
  'mailing list': (local: string) =>
    createList(db(), people.actor, people.shop.id, { ...list, posting: 'members', local }),
  'member of a list': (local: string) =>
    createList(db(), people.actor, people.shop.id, {
      ...{ ...list, posting: 'members', local: 'news', members: `${local}@b.test` },
    }),
  'FTP login': (name: string) =>
    createFtpLogin(db(), key, people.actor, people.shop.id, { name, password, folder: '' }),
  'FTP folder': (folder: string) =>
    createFtpLogin(db(), key, people.actor, people.shop.id, { name: 'photos', password, folder }),
  database: (name: string) =>
    createDatabase(db(), key, people.actor, people.shop.id, { name, password, address: '' }),
  'address of a database user': (address: string) =>
    createDatabase(db(), key, people.actor, people.shop.id, { name: 'shop', password, address }),
}

/** F-7 to F-12, F-16, F-20 */
const bad = [
  ...['-rf', '--help', '-oProxyCommand=x', ';id', '|id', '`id`', '$(touch CANARY)', '$IFS'],
  ...['%0a', "a'b", 'a"b', 'a\\b', 'a b', 'a\nroot2:x:0:0::/:/bin/sh', 'a\u0000b', 'a\u001bb'],
  ...['a\u202eb', 'a\u2028b', 'a:b', 'a/../../b', '*', 'a,b;c', '<b>', '{{7*7}}', 'a&b', 'a#b'],
]

const all = async () => ({
  contents: await used(db(), ofSubscription(people.shop.id)),
  jobs: await db().$count(jobs),
  audit: await db().$count(auditEntries),
})

/** What stands between addresses, and what may be in those of other people (RFC 5321). */
const harmless: Partial<Record<keyof typeof named, RegExp>> = {
  'further address': /^;id$|,|^a\sb$/,
  'where a mailbox forwards to': /^;id$|,|^a['&]b$/,
  'member of a list': /^;id$|,|^a['&]b$/,
}

test.each(Object.keys(named) as (keyof typeof named)[])(
  'a %s with a name that means something to a program is refused, and nothing is written',
  async (kind) => {
    const before = await all()
    for (const name of bad.filter((one) => !harmless[kind]?.test(one))) {
      const taken = await named[kind](name).then(
        () => name,
        (error) => (error instanceof Invalid ? null : error),
      )
      expect([name, taken]).toEqual([name, null])
    }
    expect(await all()).toEqual(before)
  },
)

describe('a password', () => {
  const sent = async () => {
    const documents = await wantedDocuments(db(), parts, [people.shop.id], key)
    return JSON.stringify(documents.map((one) => Document.parse(one)))
  }
  const typed = {
    'the system user': (text: string) =>
      changePassword(db(), key, people.actor, people.shop.id, {
        ...{ password: { typed: text }, alsoLogin: false },
      }),
    'a mailbox': (text: string) =>
      createMailbox(db(), key, people.actor, people.shop.id, wish({ password: text })),
    'an FTP login': (text: string) =>
      createFtpLogin(db(), key, people.actor, people.shop.id, {
        ...{ name: 'photos', password: text, folder: '' },
      }),
    'a database user': async (text: string) => {
      const { databaseId } = await createDatabase(db(), key, people.actor, people.shop.id, {
        ...{ name: 'shop', password, address: '' },
      })
      return addUser(db(), key, people.actor, databaseId, {
        name: 'u',
        password: text,
        address: '',
      })
    },
  }
  const stored: Record<keyof typeof typed, () => Promise<string>> = {
    'the system user': async () => (await reread(db(), people.shop))!.passwordHash,
    'a mailbox': async () => (await db().select().from(mailboxes))[0]!.passwordHash,
    'an FTP login': async () => (await db().select().from(ftpLogins))[0]!.passwordHash,
    'a database user': async () => (await db().select().from(databaseUsers)).at(-1)!.passwordHash,
  }
  const kinds = Object.keys(typed) as (keyof typeof typed)[]

  // F-45, F-56
  test.each(kinds)(
    'of %s may have any letter, and hosts are told a hash of all of it',
    async (kind) => {
      const text = `ro:ot:$6$x$'"\\ $$ ; -- \`id\` $(id) ü🐎 ${'z'.repeat(20)}`
      await typed[kind](text)
      const hash = await stored[kind]()
      expect(hash).toBe(kind === 'a database user' ? mysqlHash(text) : encrypt(text, hash))
      expect(hash).not.toBe(kind === 'a database user' ? '' : encrypt(text.slice(0, -1), hash))
      const document = await sent()
      expect(document).toContain(hash)
      expect(document).not.toContain('$(id)')
    },
  )

  // F-46, F-48
  test.each(kinds)('of %s is one line that has something in it', async (kind) => {
    for (const text of [
      'correct horse\nroot:battery',
      'correct horse\rbattery',
      'correct horse\u0000battery',
      ' '.repeat(20),
      'correct horse battery '.repeat(30),
    ]) {
      await expect(typed[kind](text), JSON.stringify(text)).rejects.toThrow(Invalid)
    }
  })
})
