import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { changeMailbox } from '../../src/mail/change.ts'
import { createMailbox } from '../../src/mail/creation.ts'
import { changeList, createList } from '../../src/mail/mailing-list.ts'
import { changeMailboxPassword } from '../../src/mail/password.ts'
import { removeMailbox } from '../../src/mail/removal.ts'
import { mailAliases, mailboxes, mailingLists } from '../../src/mail/schema.ts'
import { switchMail } from '../../src/mail/subscription-switch.ts'
import type { Values } from '../../src/plans/catalogue.ts'
import { MB } from '../../src/plans/property.ts'
import { plans } from '../../src/plans/schema.ts'
import { parts } from '../../src/runner/parts.ts'
import { changePlanAndSync, previewChange } from '../../src/subscriptions/plan-sync.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import { wantedDocuments } from '../../src/subscriptions/wanted.ts'
import { reread } from '../support/cast.ts'
import { emptied, ownDatabase } from '../support/database.ts'
import { mailShop, wish } from './shop.ts'

const db = ownDatabase()
const key = randomBytes(32)
let people: Awaited<ReturnType<typeof mailShop>>
beforeEach(async () => {
  await emptied(db())
  people = await mailShop(db())
})

const create = (changes: Parameters<typeof wish>[0] = {}, actor = people.cato.actor) =>
  createMailbox(db(), key, actor, people.shop.id, wish(changes))
const wantedMail = async () => {
  const [document] = await wantedDocuments(db(), parts, [people.shop.id], key)
  return (document as LiveDocument).mail
}
const { password: _, local: _local, domain: _domain, ...settings } = wish()

describe('a mailbox', () => {
  test('is wanted of the host, by its hash alone', async () => {
    // S-13, S-31
    const { mailbox } = await create({
      aliases: 'sales, hello@shop.test',
      forwardTo: 'A@Büro.test',
    })
    expect(mailbox.passwordHash).toMatch(/^\$6\$/)
    expect(await wantedMail()).toEqual({
      promised: { mailboxes: 3, mailingLists: 1, imap: true, pop3: true },
      lists: [],
      mailboxes: [
        {
          id: mailbox.id,
          address: 'info@shop.test',
          passwordHash: mailbox.passwordHash,
          quota: 100 * MB,
          enabled: true,
          imap: true,
          pop3: true,
          virusScan: false,
          aliases: ['sales@shop.test', 'hello@shop.test'],
          catchAll: false,
          forwardTo: ['a@xn--bro-hoa.test'],
          keepCopy: true,
          reply: null,
        },
      ],
    })
    expect((await reread(db(), people.shop))?.generation).toBe(2)
  })

  // F-85
  test('of fifty at once as many come as there is room, and the others are told why', async () => {
    const all = Array.from({ length: 50 }, (_, n) => create({ local: `box${n}` }))
    const results = await Promise.allSettled(all)
    const refused = results.filter((one) => one.status === 'rejected')
    expect(await db().select().from(mailboxes)).toHaveLength(3)
    expect(refused).toHaveLength(47)
    expect(refused[0]!.reason).toMatchObject({ words: { used: 3, limit: 3, what: 'Mailboxes' } })
  })

  test.each([
    ['INFO', 'info'],
    [' a.b-c_1 ', 'a.b-c_1'],
  ])('may be called %s', async (local, stored) => {
    expect((await create({ local })).mailbox.local).toBe(stored)
  })

  test.each([
    '',
    'a b',
    'a..b',
    '.a',
    'a.',
    'a+b',
    '-rf',
    'a@b',
    'ä',
    'a\nb',
    '|cat',
    'x'.repeat(65),
  ])('may not be called %j', async (local) => {
    await expect(create({ local })).rejects.toMatchObject({ field: 'local' })
  })

  test('has an address that nothing else has, at a domain of its subscription', async () => {
    await create({ aliases: 'sales' })
    for (const local of ['info', 'sales'])
      await expect(create({ local })).rejects.toMatchObject({ field: 'local' })
    await expect(create({ local: 'x', domain: 'other.test' })).rejects.toMatchObject({
      field: 'local',
    })
    await expect(create({ local: 'x', aliases: 'info' })).rejects.toMatchObject({
      field: 'aliases',
    })
    expect(await db().select().from(mailboxes)).toHaveLength(1)
    expect(await db().select().from(mailAliases)).toHaveLength(1)
  })

  test('has no more aliases than there is room for', async () => {
    await expect(create({ aliases: 'a b c' })).rejects.toMatchObject({
      field: 'aliases',
      words: { used: 2, limit: 2 },
    })
  })

  //
  test('is no larger than the plan says, also when the plan shrinks', async () => {
    await expect(create({ quota: 501 * MB })).rejects.toMatchObject({
      field: 'quota',
      words: { maximum: 500 },
    })
    await create({ quota: 500 * MB })
    const { values } = people.shop
    await db()
      .update(subscriptions)
      .set({ values: { ...values, mailboxSize: 50 * MB } })
    expect((await wantedMail())?.mailboxes[0]?.quota).toBe(50 * MB)
  })

  // S-31, S-53, S-54, R-12
  test('switches on, off and back to what the plan has', async () => {
    const { mailbox } = await create({ virusScan: 'off' })
    const edit = { ...settings, aliases: '' }
    const imap = async () => (await wantedMail())?.mailboxes[0]?.imap
    await changeMailbox(db(), people.cato.actor, mailbox.id, { ...edit, imap: 'off', version: 1 })
    expect(await imap()).toBe(false)
    await changeMailbox(db(), people.cato.actor, mailbox.id, { ...edit, imap: 'plan', version: 2 })
    expect(await imap()).toBe(true)

    const more = { ...edit, virusScan: 'on' as const, version: 3 }
    await expect(changeMailbox(db(), people.cato.actor, mailbox.id, more)).rejects.toMatchObject({
      field: 'virusScan',
    })
    await changeMailbox(db(), people.rita.actor, mailbox.id, more)
    expect((await wantedMail())?.mailboxes[0]?.virusScan).toBe(true)
  })

  // issue 5 "plan default follows the plan"
  test('follows its plan where nobody has said otherwise, of it or of its subscription', async () => {
    const boxes = [await create(), await create({ local: 'own', imap: 'off' })]
    const imap = async () => (await wantedMail())?.mailboxes.map((box) => box.imap)
    const plan = async (values: Partial<Values>) => {
      const [now] = await db().select().from(plans).where(eq(plans.id, people.plan.id))
      const { name, title, hidden, notForResellers, version } = now!
      const edit = { name, title, hidden, notForResellers, version, note: '' }
      const wanted = { ...edit, values: { ...now!.values, ...values } }
      const seen = await previewChange(db(), people.rita.actor, people.plan.id, wanted)
      const { actor } = people.rita
      await changePlanAndSync(db(), actor, people.plan.id, wanted, seen?.fingerprint ?? null)
    }
    expect(boxes).toHaveLength(2)
    expect(await imap()).toEqual([true, false])
    await plan({ imap: false })
    expect(await imap()).toEqual([false, false])
    await switchMail(db(), people.rita.actor, people.shop.id, 'imap', 'on')
    expect(await imap()).toEqual([true, false])
    await plan({ imap: true })
    await plan({ imap: false })
    expect(await imap()).toEqual([true, false])
    await switchMail(db(), people.rita.actor, people.shop.id, 'imap', 'plan')
    expect(await imap()).toEqual([false, false])
  })

  test('is changed once by two who saw the same', async () => {
    // F-73
    const { mailbox } = await create()
    const edit = { ...settings, aliases: '', version: 1 }
    await changeMailbox(db(), people.cato.actor, mailbox.id, { ...edit, enabled: false })
    const late = changeMailbox(db(), people.cato.actor, mailbox.id, { ...edit, catchAll: true })
    await expect(late).rejects.toThrow('Somebody else')
  })

  test('takes the catch-all from another one', async () => {
    await create({ catchAll: true })
    await create({ local: 'second', catchAll: true })
    const found = (await wantedMail())?.mailboxes.map(({ catchAll }) => catchAll)
    expect(found).toEqual([false, true])
  })

  test('replies on the days its customer means', async () => {
    // F-185
    await db().execute(`update accounts set time_zone = 'Europe/Berlin'`)
    await create({
      reply: true,
      replySubject: 'Away',
      replyText: 'Until August',
      replyFrom: '2027-07-01',
      replyUntil: '2027-07-31',
    })
    expect((await wantedMail())?.mailboxes[0]?.reply).toEqual({
      subject: 'Away',
      text: 'Until August',
      from: '2027-06-30T22:00:00',
      until: '2027-07-31T22:00:00',
    })
    const backwards = {
      reply: true,
      replyText: 'x',
      replyFrom: '2027-02-02',
      replyUntil: '2027-02-01',
    }
    await expect(create({ local: 'x', ...backwards })).rejects.toMatchObject({
      field: 'replyUntil',
    })
  })

  test('is nobody else’s, and a login for mail may change it', async () => {
    const { mailbox } = await create()
    // F-110
    for (const stranger of [people.cleo.actor, people.rolf.actor]) {
      await expect(removeMailbox(db(), stranger, mailbox.id)).rejects.toThrow('nothing here')
      await expect(create({ local: 'x' }, stranger)).rejects.toThrow('nothing here')
    }
    //
    const role = (role: 'mail' | 'read') => ({ ...people.cato.actor, role })
    const change = (actor: typeof people.cato.actor) =>
      changeMailboxPassword(db(), key, actor, mailbox.id, 'another horse battery 9')
    await expect(change(role('read'))).rejects.toThrow()
    expect(await change(role('mail'))).toBeGreaterThan(0)
    await removeMailbox(db(), role('mail'), mailbox.id)
    expect(await wantedMail()).toMatchObject({ mailboxes: [] })
  })
})

describe('a mailing list', () => {
  const list = { local: 'news', domain: 'shop.test', owner: 'cato@cato.test' }
  const rest = { posting: 'members', moderated: false } as const

  test('takes members in bulk, and says which lines are wrong', async () => {
    // S-14
    const typed = 'Bob <BOB@x.test>,\n\n  ann@x.test \nbob@x.test'
    const make = (members: string) =>
      createList(db(), people.cato.actor, people.shop.id, { ...list, ...rest, members })
    await expect(make('ann@x.test\nno address\nx@\n')).rejects.toMatchObject({
      field: 'members',
      words: { lines: '2 (no address), 3 (x@)' },
    })
    const made = await make(typed)
    expect(made.list.members).toEqual(['ann@x.test', 'bob@x.test'])
    await expect(make(typed)).rejects.toMatchObject({ words: { used: 1, limit: 1 } })
    expect(await wantedMail()).toMatchObject({
      lists: [{ address: 'news@shop.test', owner: 'cato@cato.test', members: made.list.members }],
    })
    await expect(create({ local: 'news' })).rejects.toMatchObject({ field: 'local' })
  })

  test('changes, once for two who saw the same', async () => {
    const members = 'ann@x.test'
    const { list: made } = await createList(db(), people.cato.actor, people.shop.id, {
      ...list,
      ...rest,
      members,
    })
    const edit = { owner: list.owner, members, posting: 'anyone', moderated: true } as const
    expect(await changeList(db(), people.cato.actor, made.id, { ...edit, version: 1 })).toBeTruthy()
    const [stored] = await db().select().from(mailingLists)
    expect(stored).toMatchObject({ posting: 'anyone', moderated: true, version: 2 })
    const late = changeList(db(), people.cato.actor, made.id, { ...edit, version: 1 })
    await expect(late).rejects.toThrow('Somebody else')
  })
})
