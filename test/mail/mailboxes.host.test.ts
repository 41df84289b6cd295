import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { messageAccounts } from '../../src/accounts/message.ts'
import { accounts } from '../../src/accounts/schema.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { password, removalOf } from '../contract/cast.ts'
import { read as message, set } from '../messages/cast.ts'
import { running } from '../runner/cast.ts'
import { cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { boxes, mailbox, shop, withMail } from './cast.ts'
import { read } from './clients.ts'
import { describeLists } from './lists.ts'
import { mailHost } from './mail-host.ts'
import { describeMeasuring } from './measuring.ts'

const db = ownDatabase()
const mail = mailHost('mail')
const { apply, arrived, inbox, logIn, queue, send } = mail
beforeAll(async () => {
  expect(await apply(shop())).toMatchObject([{ ok: true }])
})

const info = (service: 'imap' | 'pop3') => logIn('info@shop1.test', service)

test('takes mail, and gives it by IMAP and POP3', async () => {
  expect(await send({ to: 'info@shop1.test', text: 'first' })).toMatch(/^250/)
  await arrived('info@shop1.test', 'first')
  expect((await read(mail.host(), 'info@shop1.test', password, 'pop3'))?.[0]).toContain('first')
  expect(await inbox('cato@shop1.test')).toEqual([])
  expect(await logIn('info@shop1.test', 'imap', 'wrong')).toBe('refused')
  // the system user has a password of its own, not one for mail
  expect(await logIn('cato1', 'imap')).toBe('refused')
})

test('hands in mail with its own address as sender, and is no open relay', async () => {
  const as = { address: 'cato@shop1.test', password }
  const own = { as, from: 'cato@shop1.test', to: 'info@shop1.test', text: 'handed in' }
  expect(await send(own)).toMatch(/^250/)
  await arrived('info@shop1.test', 'handed in')
  expect(await send({ ...own, from: 'info@shop1.test' })).toMatch(/^553/)
  expect(await send({ ...own, as: { ...as, password: 'x' } })).toMatch(/^535/)
  expect(await send({ to: 'someone@elsewhere.test' })).toMatch(/^554/)
  expect(await send({ to: 'nobody@shop1.test' })).toMatch(/^550/)
})

test('forwards, answers, has other names, and takes what is for nobody', async () => {
  const forwarding = mailbox(3, 'away@shop1.test', {
    forwardTo: ['cato@shop1.test'],
    keepCopy: false,
    aliases: ['sales@shop1.test'],
    catchAll: true,
  })
  const reply = { subject: 'Away', text: 'Back “soon” \\o/', from: null, until: null }
  const replying = mailbox(4, 'holiday@shop1.test', { reply })
  const past = { ...reply, until: '2026-01-01T00:00:00' }
  const late = mailbox(5, 'late@shop1.test', { reply: past })
  const [result] = await apply(shop([...boxes(), forwarding, replying, late]))
  expect(result).toMatchObject({ ok: true, errors: [] })

  await send({ to: 'sales+x@shop1.test', text: 'by alias' })
  await send({ to: 'nobody@shop1.test', text: 'caught' })
  await arrived('cato@shop1.test', 'by alias')
  await arrived('cato@shop1.test', 'caught')
  expect(await inbox('away@shop1.test')).toEqual([])
  await send({ to: 'info@shop1.test', text: 'not for the catch-all' })
  await arrived('info@shop1.test', 'not for the catch-all')

  for (const to of ['late@shop1.test', 'holiday@shop1.test'])
    await send({ from: 'cato@shop1.test', to, text: 'are you there' })
  await arrived('cato@shop1.test', 'Auto-Submitted: auto-replied')
  await arrived('late@shop1.test', 'are you there')
  const answers = (await inbox('cato@shop1.test'))!.filter((one) => one.includes('auto-replied'))
  expect(answers).toHaveLength(1)
  expect(answers[0]).toContain('Subject: Away')
  await apply(shop())
})

// M-36: sent through Postfix, read through Dovecot, and there once
test('gets what the panel sends', async () => {
  const people = await cast(db())
  const { cato, rita } = people
  const smtp = {
    ...{ host: mail.host().address, port: 25, security: 'none' as const, authority: '' },
    ...{ user: '', password: '' },
  }
  const baseAddress = 'https://client.elsewhere.test'
  await set(db(), { sender: 'panel@elsewhere.test', smtp, baseAddress })
  await db()
    .update(accounts)
    .set({ email: 'info@shop1.test' })
    .where(eq(accounts.id, cato.account.id))
  const typed = { subject: 'Grüße von Rita', html: '<p>Dear <b>Cato</b></p>' }
  const [sent] = await db().transaction((tx) =>
    messageAccounts(tx, rita.actor, [cato.account.id], typed),
  )
  await using _ = await running(db.url(), [deliverMessageHandler])
  await expect.poll(async () => (await message(db(), sent!.messageId)).state).toBe('sent')
  await arrived('info@shop1.test', '<p>Dear <b>Cato</b></p>')

  const all = (await inbox('info@shop1.test'))!.filter((one) => one.includes('Cato'))
  expect(all).toHaveLength(1)
  expect(all[0]).toContain('From: Rita <panel@elsewhere.test>')
  expect(all[0]).toContain('Reply-To: rita@example.org')
  expect(all[0]).toContain('Subject: =?UTF-8?')
})

// S-31, S-32
test('without IMAP has POP3, and another password ends the old one', async () => {
  await apply(shop(boxes({ imap: false })))
  expect(await info('imap')).toBe('refused')
  expect(await info('pop3')).toBe('in')
  const { passwordHash } = boxes()[0]!
  const other = passwordHash.replace(/.{4}$/, 'aaaa')
  const [changed] = await apply(shop(boxes({ passwordHash: other })))
  expect(changed?.changed).toEqual(['mail'])
  expect(await info('pop3')).toBe('refused')
  await apply(shop(boxes({ enabled: false })))
  expect(await info('pop3')).toBe('refused')
  expect(await send({ to: 'info@shop1.test' })).toMatch(/^550 5\.2\.1/)
  await apply(shop())
  expect(await info('imap')).toBe('in')
})

// hosts.md 3.4: Dovecot rereads its files once a second, Postfix that of its domains in ten
test('is there for everybody when it is told to be', async () => {
  const hashOf = async (text: string) =>
    (await mail.host().run(['openssl', 'passwd', '-6', text])).stdout.trim()
  for (const n of [2, 3]) {
    const fresh = withMail(n, [mailbox(n * 10, `fresh@shop${n}.test`)])
    // somebody who looked just now, so that Dovecot would not look again
    expect(await info('imap')).toBe('in')
    expect(await logIn(`fresh@shop${n}.test`, 'imap')).toBe('refused')
    expect(await apply(fresh)).toMatchObject([{ ok: true }])
    const [sent, entered] = await Promise.all([
      send({ to: `fresh@shop${n}.test`, text: 'at once' }),
      logIn(`fresh@shop${n}.test`, 'imap'),
    ])
    expect(sent).toMatch(/^250/)
    expect(entered).toBe('in')
    await arrived(`fresh@shop${n}.test`, 'at once')

    const later = { ...fresh.mail!.mailboxes[0]!, passwordHash: await hashOf('another') }
    await apply(withMail(n, [later]))
    expect(await logIn(later.address, 'imap', 'another')).toBe('in')
    await apply(removalOf(fresh))
  }
  expect(await queue()).toBe('')
})

test('that is full refuses at the door', async () => {
  const MB = 1024 * 1024
  const full = mailbox(6, 'full@shop1.test', { quota: MB })
  await apply(shop([...boxes(), full]))
  const text = `${'x'.repeat(70)}\n`.repeat(13_000)
  expect(await send({ to: 'full@shop1.test', text })).toMatch(/^250/)
  await expect.poll(async () => (await inbox('full@shop1.test'))?.length).toBe(1)
  const small = { to: 'full@shop1.test', text: text.slice(0, 300_000) }
  expect(await send(small)).toMatch(/^552 5\.2\.2/)

  // who does not say how much comes is taken at his word, and what has no room waits for some
  expect(await send({ ...small, sized: false })).toMatch(/^250/)
  await expect.poll(queue).toContain('"queue_name": "deferred"')
  expect(await queue()).toContain('Quota exceeded')
  await apply(shop([...boxes(), { ...full, quota: 5 * MB }]))
  await mail.host().run(['postqueue', '-f'])
  await expect.poll(async () => (await inbox('full@shop1.test'))?.length).toBe(2)
  await apply(shop())
})

describeLists(mail)
describeMeasuring(mail)
