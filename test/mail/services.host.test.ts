import { beforeAll, describe, expect, test } from 'vitest'
import type { Document, LiveDocument } from '../../src/contract/document.ts'
import { install, installAll, provided } from '../agent/install.ts'
import { settledState } from '../agent/prepared-host.ts'
import { password, removalOf } from '../contract/cast.ts'
import { boxes, mailbox, mailingList, shop, withMail } from './cast.ts'
import { mailHost } from './mail-host.ts'

const mail = mailHost()
const { applied, apply, arrived, logIn, queue, send } = mail
const promised = { disk: null, perl: false, cgi: false, virusScan: true }

// P-48 to P-56, hosts.md 3.4
test('a host without mail says what would help, has it when it is installed, and keeps no trace', async () => {
  const [wanting] = await apply(shop(boxes(), [], { promised }))
  expect(wanting).toMatchObject({ ok: true })
  const lacks = wanting?.shortfalls.map(({ property }) => property)
  expect(lacks).toEqual(['virusScan', 'mailboxes', 'mailingLists', 'imap', 'pop3'])
  await apply(removalOf(shop()))

  await putSignature()
  // F-155
  const foreign = '/etc/dovecot/conf.d/50-foreign.conf'
  await mail.host().sh(`echo 'nonsense = 1' > ${foreign}`)
  expect((await install(mail.line(), 'virusScan')).error).toContain(foreign)
  await mail.host().run(['rm', foreign])
  const { error, facts } = await install(mail.line(), 'virusScan')
  expect(error).toBeNull()
  const words = ['mail', 'imap', 'pop3', 'mailingLists', 'virusScan']
  expect(facts.provides).toEqual(expect.arrayContaining(words))
  await mail.host().settled()
  const before = await settledState(mail.host())

  const lists = [mailingList(1, 'news@shop1.test', { members: ['info@shop1.test'] })]
  const [given] = await apply(shop(boxes(), lists, { promised }))
  expect(given).toMatchObject({
    ok: true,
    shortfalls: [],
    changed: expect.arrayContaining(['mail']),
  })
  expect(await apply(shop(boxes(), lists, { promised }))).toMatchObject([{ changed: [] }])
  expect(await send({ to: 'news@shop1.test', from: 'info@shop1.test' })).toMatch(/^250/)
  await arrived('info@shop1.test', 'List-Id')

  await apply(removalOf(shop()))
  expect(await settledState(mail.host())).toBe(before)
  const tables = 'cat /var/lib/innkeeper-mail/{users,imap,pop3,smtp,domains,aliases,senders}'
  expect((await mail.host().sh(tables)).stdout).toBe('')
  const left = 'find / -xdev -uid 70001 -o -xdev -gid 70001'
  expect((await mail.host().sh(left)).stdout).toBe('')
})

/** With a line of our own: the official ones cannot be fetched here. */
async function putSignature() {
  const signature = 'Innkeeper.Test:0:*:58354f2150254041505b345c505a58353428505e2937434329377d'
  await mail.host().sh(`mkdir -p /var/lib/clamav; echo '${signature}' > /var/lib/clamav/test.ndb`)
}

describe('a host with mail and virus scan', () => {
  beforeAll(async () => {
    await putSignature()
    const there = await provided(mail.line())
    if (!there.includes('virusScan')) await installAll(mail.line(), 'virusScan')
    expect(await apply(shop())).toMatchObject([{ ok: true }])
  })

  // P-14, P-65
  test('suspended: nobody reads or sends, mail waits with its sender; then all is as before', async () => {
    const list = mailingList(2, 'news@shop1.test', { members: ['info@shop1.test'] })
    const suspended = shop(boxes(), [list], { state: 'suspended' })
    expect(await apply(suspended)).toMatchObject([{ ok: true }])
    for (const service of ['imap', 'pop3'] as const)
      expect(await logIn('info@shop1.test', service)).toBe('refused')
    for (const to of ['info@shop1.test', 'news@shop1.test', 'nobody@shop1.test'])
      expect(await send({ to })).toMatch(/^450 4\.2\.1/)
    const as = { address: 'info@shop1.test', password }
    expect(await send({ to: 'x@elsewhere.test', from: as.address, as })).toMatch(/^535/)

    // of the host itself, so it waits here
    const waiting = 'printf "Subject: waiting\\n\\nwaiting\\n" | sendmail -f root info@shop1.test'
    await mail.host().sh(waiting)
    await expect.poll(queue).toContain('"queue_name": "deferred"')
    await apply(shop(boxes(), [list]))
    await arrived('info@shop1.test', 'waiting')
    expect(await send({ to: 'info@shop1.test', text: 'again' })).toMatch(/^250/)
    await arrived('info@shop1.test', 'again')
  })

  // issue 5: one change reloads its service alone and once, many at a time once together
  test('reloads only what a change concerns, and once for all that come together', async () => {
    const reloads = async (...documents: Document[]) => {
      const result = await applied(...documents)
      expect(result).toMatchObject({ ok: true })
      return result.reloaded.sort()
    }
    const many = () =>
      [11, 12, 13, 14, 15].map((n) => withMail(n, [mailbox(n * 10, `info@shop${n}.test`)]))
    const asSuspended = (one: LiveDocument) => ({ ...one, state: 'suspended' as const })
    const [first, ...rest] = many()
    const scan = 'innkeeper-clamav-milter.service'
    // the scan keeps a list of domains where nobody wants it
    expect(await reloads(first!)).toEqual([scan, 'nginx', 'postfix'])
    expect(await reloads(...rest)).toEqual([scan, 'nginx', 'postfix'])
    expect(await reloads(...many())).toEqual([])

    const second = (changes = {}) =>
      withMail(11, [mailbox(110, 'info@shop11.test'), mailbox(111, 'x@shop11.test', changes)])
    expect(await reloads(second())).toEqual([])
    expect(await reloads(second({ imap: false, forwardTo: ['a@b.test'] }))).toEqual([])
    expect(await reloads(second({ virusScan: true }))).toEqual([scan])
    expect(await reloads(second())).toEqual([scan])
    const suspended = [second(), ...rest].map(asSuspended)
    expect(await reloads(...suspended)).toEqual(['nginx', 'postfix'])
    await apply(...many().map(removalOf))
  })

  // F-155
  test('a file that Postfix cannot read stops no mail, and is told of until it is mended', async () => {
    const { sh } = mail.host()
    await sh('cp /etc/postfix/master.cf /root/ && echo "foreign line" >> /etc/postfix/master.cf')
    const second = withMail(2, [mailbox(20, 'info@shop2.test')])
    const [refused] = await apply(second)
    expect(refused).toMatchObject({ ok: false })
    expect(refused?.errors[0]?.text).toContain('/etc/postfix/master.cf')
    expect(await send({ to: 'info@shop2.test' })).toMatch(/^554/)
    expect(await send({ to: 'info@shop1.test', text: 'still there' })).toMatch(/^250/)
    await arrived('info@shop1.test', 'still there')

    await sh('cp /root/master.cf /etc/postfix/master.cf')
    const result = await mail.again(second)
    expect(result).toMatchObject({ ok: true, reloaded: expect.arrayContaining(['postfix']) })
    expect(await send({ to: 'info@shop2.test', text: 'now' })).toMatch(/^250/)
    await arrived('info@shop2.test', 'now')
    await apply(removalOf(second))
  })

  test('a file that clamd cannot read is named; it scans on, and is set up once it is mended', async () => {
    const { run, sh } = mail.host()
    const file = '/etc/clamav/clamd.conf'
    await sh(`cp ${file} /root/ && echo 'Nonsense yes' >> ${file}`)
    expect((await install(mail.line(), 'virusScan')).error).toContain(file)
    const units = ['clamav-daemon', 'innkeeper-clamav-milter']
    expect((await run(['systemctl', 'is-active', ...units])).stdout).toBe('active\nactive\n')
    expect(await send({ to: 'info@shop1.test', text: 'still there' })).toMatch(/^250/)
    await sh(`cp /root/clamd.conf ${file}`)
    expect(await install(mail.line(), 'virusScan')).toMatchObject({ error: null })
  })

  // S-53, S-54
  test('virus scan: on refuses a virus, off lets it through', async () => {
    const scanned = shop([
      mailbox(2, 'cato@shop1.test', { aliases: ['c@shop1.test'] }),
      mailbox(7, 'safe@shop1.test', { virusScan: true, aliases: ['s@shop1.test'] }),
    ])
    expect(await apply(scanned)).toMatchObject([{ ok: true }])
    const text = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(
      '',
    )
    for (const to of ['safe@shop1.test', 's@shop1.test'])
      expect(await send({ to, text })).toMatch(/^550 5\.7\.1 .*virus/)
    expect(await send({ to: 'safe@shop1.test', text: 'harmless' })).toMatch(/^250/)
    await arrived('safe@shop1.test', 'harmless')
    for (const to of ['cato@shop1.test', 'c@shop1.test'])
      expect(await send({ to, text })).toMatch(/^250/)
    await arrived('cato@shop1.test', 'EICAR')

    await mail.host().sh('systemctl stop clamav-daemon.socket clamav-daemon.service')
    const [stopped] = await apply({ ...scanned, promised })
    expect(stopped?.shortfalls).toMatchObject([{ property: 'virusScan' }])
    expect(await send({ to: 'safe@shop1.test', text: 'later' })).toMatch(/^451/)
    expect(await send({ to: 'cato@shop1.test', text: 'now' })).toMatch(/^250/)
    await mail.host().sh('systemctl start clamav-daemon.socket')
    await apply(shop())
  })
})
