import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageAccounts } from '../../src/accounts/message.ts'
import { accounts } from '../../src/accounts/schema.ts'
import type { Document, LiveDocument } from '../../src/contract/document.ts'
import { Installed, Usage } from '../../src/contract/messages.ts'
import { deliverMessageHandler } from '../../src/messages/provision.ts'
import { type Line, openLine } from '../agent/line.ts'
import { type PreparedHost, preparedHost, settledState } from '../agent/prepared-host.ts'
import { searching, trying } from '../agent/spy.ts'
import { logIn as logInBySsh, visit } from '../agent/visitor.ts'
import { password, removalOf } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { read as message, set } from '../messages/cast.ts'
import { running } from '../runner/cast.ts'
import { cast } from '../support/cast.ts'
import { ownDatabase } from '../support/database.ts'
import { mailbox, mailingList, withMail } from './cast.ts'
import { logIn, read, send } from './clients.ts'

const db = ownDatabase()
let prepared: PreparedHost
let host: Host
let line: Line
let generation = 1
let before: string

beforeAll(async () => {
  prepared = await preparedHost('mail')
  host = prepared.host
  line = await openLine(prepared)
  // Postfix asks who comes, and there is nobody to answer
  const world = host.address.replace(/[0-9]+$/, '1')
  await host.sh(`echo '${world} client.elsewhere.test' >> /etc/hosts`)
  // wrong passwords are tried here more often than anybody does
  await host.sh(`cat > /etc/dovecot/conf.d/98-test.conf`, {
    input:
      'auth_failure_delay = 0\nservice anvil {\n unix_listener anvil-auth-penalty {\n mode = 0\n }\n}\n',
  })
})
afterAll(() => host?.remove())

const apply = async (...documents: Document[]) => {
  const result = await line.apply(documents.map((one) => ({ ...one, generation: ++generation })))
  return result!.subscriptions
}
const install = async (feature: string) =>
  Installed.parse(await line.ask({ type: 'install', feature }))
const inbox = (address: string) => read(host, address, password)
const arrived = (address: string, text: string) =>
  expect.poll(async () => (await inbox(address))?.join('\n'), { timeout: 10_000 }).toContain(text)
const queue = async () => (await host.run(['postqueue', '-j'])).stdout
const hashOf = async (text: string) =>
  (await host.run(['openssl', 'passwd', '-6', text])).stdout.trim()
const info = (service: 'imap' | 'pop3') => logIn(host, 'info@shop1.test', password, service)

const shop = (
  mailboxes = boxes(),
  lists = [] as ReturnType<typeof mailingList>[],
  changes: Partial<LiveDocument> = {},
) => withMail(1, mailboxes, lists, changes)
const boxes = (changes: Parameters<typeof mailbox>[2] = {}) => [
  mailbox(1, 'info@shop1.test', changes),
  mailbox(2, 'cato@shop1.test'),
]

const promised = { disk: null, perl: false, cgi: false, virusScan: true }

// P-48 to P-56, hosts.md 3.4
test('a host without mail says what would help, and has it when it is installed', async () => {
  const [wanting] = await apply(shop(boxes(), [], { promised }))
  expect(wanting).toMatchObject({ ok: true })
  const lacks = wanting?.shortfalls.map(({ property }) => property)
  expect(lacks).toEqual(['virusScan', 'mailboxes', 'mailingLists', 'imap', 'pop3'])
  await apply(removalOf(shop()))

  // a line of our own: the official ones cannot be fetched here
  const signature = 'Innkeeper.Test:0:*:58354f2150254041505b345c505a58353428505e2937434329377d'
  await host.sh(`mkdir -p /var/lib/clamav; echo '${signature}' > /var/lib/clamav/test.ndb`)
  // F-155
  const foreign = '/etc/dovecot/conf.d/50-foreign.conf'
  await host.sh(`echo 'nonsense = 1' > ${foreign}`)
  expect((await install('virusScan')).error).toContain(foreign)
  await host.run(['rm', foreign])
  const { error, facts } = await install('virusScan')
  expect(error).toBeNull()
  const words = ['mail', 'imap', 'pop3', 'mailingLists', 'virusScan']
  expect(facts.provides).toEqual(expect.arrayContaining(words))
  await host.settled()
  before = await settledState(host)

  const [given] = await apply(shop(boxes(), [], { promised }))
  expect(given).toMatchObject({
    ok: true,
    shortfalls: [],
    changed: expect.arrayContaining(['mail']),
  })
  expect(await apply(shop(boxes(), [], { promised }))).toMatchObject([{ changed: [] }])
})

describe('a mailbox', () => {
  test('takes mail, and gives it by IMAP and POP3', async () => {
    expect(await send(host, { to: 'info@shop1.test', text: 'first' })).toMatch(/^250/)
    await arrived('info@shop1.test', 'first')
    expect((await read(host, 'info@shop1.test', password, 'pop3'))?.[0]).toContain('first')
    expect(await inbox('cato@shop1.test')).toEqual([])
    expect(await logIn(host, 'info@shop1.test', 'wrong', 'imap')).toBe('refused')
    // the system user has a password of its own, not one for mail
    expect(await logIn(host, 'cato1', password, 'imap')).toBe('refused')
  })

  test('hands in mail with its own address as sender, and is no open relay', async () => {
    const as = { address: 'cato@shop1.test', password }
    const own = { as, from: 'cato@shop1.test', to: 'info@shop1.test', text: 'handed in' }
    expect(await send(host, own)).toMatch(/^250/)
    await arrived('info@shop1.test', 'handed in')
    expect(await send(host, { ...own, from: 'info@shop1.test' })).toMatch(/^553/)
    expect(await send(host, { ...own, as: { ...as, password: 'x' } })).toMatch(/^535/)
    expect(await send(host, { to: 'someone@elsewhere.test' })).toMatch(/^554/)
    expect(await send(host, { to: 'nobody@shop1.test' })).toMatch(/^550/)
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

    await send(host, { to: 'sales+x@shop1.test', text: 'by alias' })
    await send(host, { to: 'nobody@shop1.test', text: 'caught' })
    await arrived('cato@shop1.test', 'by alias')
    await arrived('cato@shop1.test', 'caught')
    expect(await inbox('away@shop1.test')).toEqual([])
    await send(host, { to: 'info@shop1.test', text: 'not for the catch-all' })
    await arrived('info@shop1.test', 'not for the catch-all')

    for (const to of ['late@shop1.test', 'holiday@shop1.test'])
      await send(host, { from: 'cato@shop1.test', to, text: 'are you there' })
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
      ...{ host: host.address, port: 25, security: 'none' as const, authority: '' },
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
    expect(await logIn(host, 'info@shop1.test', password, 'pop3')).toBe('in')
    const { passwordHash } = boxes()[0]!
    const [changed] = await apply(
      shop(boxes({ passwordHash: passwordHash.replace(/.{4}$/, 'aaaa') })),
    )
    expect(changed?.changed).toEqual(['mail'])
    expect(await info('pop3')).toBe('refused')
    await apply(shop(boxes({ enabled: false })))
    expect(await info('pop3')).toBe('refused')
    expect(await send(host, { to: 'info@shop1.test' })).toMatch(/^550 5\.2\.1/)
    await apply(shop())
    expect(await info('imap')).toBe('in')
  })

  // hosts.md 3.4: Dovecot rereads its files once a second, Postfix that of its domains in ten
  test('is there for everybody when it is told to be', async () => {
    for (const n of [2, 3]) {
      const fresh = withMail(n, [mailbox(n * 10, `fresh@shop${n}.test`)])
      // somebody who looked just now, so that Dovecot would not look again
      expect(await info('imap')).toBe('in')
      expect(await logIn(host, `fresh@shop${n}.test`, password, 'imap')).toBe('refused')
      expect(await apply(fresh)).toMatchObject([{ ok: true }])
      const [sent, entered] = await Promise.all([
        send(host, { to: `fresh@shop${n}.test`, text: 'at once' }),
        logIn(host, `fresh@shop${n}.test`, password, 'imap'),
      ])
      expect(sent).toMatch(/^250/)
      expect(entered).toBe('in')
      await arrived(`fresh@shop${n}.test`, 'at once')

      const later = { ...fresh.mail!.mailboxes[0]!, passwordHash: await hashOf('another') }
      await apply(withMail(n, [later]))
      expect(await logIn(host, later.address, 'another', 'imap')).toBe('in')
      await apply(removalOf(fresh))
    }
    expect(await queue()).toBe('')
  })

  test('that is full refuses at the door', async () => {
    const MB = 1024 * 1024
    const full = mailbox(6, 'full@shop1.test', { quota: MB })
    await apply(shop([...boxes(), full]))
    const text = `${'x'.repeat(70)}\n`.repeat(13_000)
    expect(await send(host, { to: 'full@shop1.test', text })).toMatch(/^250/)
    await expect.poll(async () => (await inbox('full@shop1.test'))?.length).toBe(1)
    const small = { to: 'full@shop1.test', text: text.slice(0, 300_000) }
    expect(await send(host, small)).toMatch(/^552 5\.2\.2/)

    // who does not say how much comes is taken at his word, and what has no room waits for some
    expect(await send(host, { ...small, sized: false })).toMatch(/^250/)
    await expect.poll(queue).toContain('"queue_name": "deferred"')
    expect(await queue()).toContain('Quota exceeded')
    await apply(shop([...boxes(), { ...full, quota: 5 * MB }]))
    await host.run(['postqueue', '-f'])
    await expect.poll(async () => (await inbox('full@shop1.test'))?.length).toBe(2)
    await apply(shop())
  })
})

test('a neighbour gets nothing of it, by ssh and by PHP', async () => {
  const secret = 'MARMALADE-IN-THE-ATTIC'
  const reply = { subject: 'Away', text: `${secret} of cato1`, from: null, until: null }
  const lists = [mailingList(3, 'secret@shop1.test', { members: ['member@elsewhere.test'] })]
  const own = shop([...boxes(), mailbox(8, 'replying@shop1.test', { reply })], lists)
  const neighbour = withMail(3, [mailbox(30, 'info@shop3.test')])
  const user = { ...neighbour.user, shell: 'bash' as const }
  expect(await apply(own, { ...neighbour, user })).toMatchObject([{ ok: true }, { ok: true }])
  await send(host, { to: 'info@shop1.test', text: `${secret} of cato1` })
  await arrived('info@shop1.test', secret)
  await host.sh(`echo '${secret} of cato1' | sendmail -f info@shop1.test away@elsewhere.test`)

  const login = (await logInBySsh(host, 'cato3', password))!
  const script = `${trying(own, '1')}\ngrep -r -s -l shop1.test /etc /var /run\n${searching(secret, 'cato1')}`
  await login.run(`cat > spy.sh <<'SPY'\n${script}\nSPY`)
  expect((await login.run('sh spy.sh')).stdout).toBe('reached the end\n')
  await login.run(`echo '<?php system("sh /home/cato3/spy.sh 2>&1");' > web/shop3.test/index.php`)
  const byPhp = await visit(host, 'shop3.test')
  expect(byPhp).toEqual({ status: 200, text: 'reached the end\n' })
  login.close()
  await host.sh('postsuper -d ALL')
  await apply(shop(), removalOf(neighbour))
})

test('a post to a list reaches its members, and only members post', async () => {
  const list = mailingList(1, 'news@shop1.test', {
    members: ['cato@shop1.test', 'info@shop1.test'],
    owner: 'cato@shop1.test',
  })
  await apply(shop(boxes(), [list]))
  const post = { to: 'news@shop1.test', from: 'info@shop1.test', text: 'to the list' }
  expect(await send(host, post)).toMatch(/^250/)
  for (const member of list.members) await arrived(member, 'to the list')
  expect((await inbox('cato@shop1.test'))?.at(-1)).toContain('List-Id: <news.shop1.test>')

  await send(host, { ...post, from: 'stranger@elsewhere.test', text: 'advertisement' })
  await apply(shop(boxes(), [{ ...list, moderated: true }]))
  await send(host, { ...post, text: 'to be decided' })
  await arrived('cato@shop1.test', 'Please_moderate')
  expect((await inbox('info@shop1.test'))?.join()).not.toMatch(/to be decided|advertisement/)
  const asked = (await inbox('cato@shop1.test'))!.at(-1)!
  const to = /^Reply-To: (\S+)/m.exec(asked)![1]!
  await send(host, { to, from: 'cato@shop1.test' })
  await arrived('info@shop1.test', 'to be decided')

  // who is a member is decided in the panel alone
  await send(host, { to: 'news+subscribe@shop1.test', from: 'stranger@elsewhere.test' })
  await send(host, { to: 'news+unsubscribe@shop1.test', from: 'info@shop1.test' })
  const members = async () =>
    (await host.sh(`find /home/.mail/.lists/1/*.d -type f -exec cat {} + | sort`)).stdout
  expect(await members()).toBe('cato@shop1.test\ninfo@shop1.test\n')

  await apply(shop(boxes(), [{ ...list, posting: 'anyone', members: ['info@shop1.test'] }]))
  await send(host, { ...post, from: 'stranger@elsewhere.test', text: 'from outside' })
  await arrived('info@shop1.test', 'from outside')
  expect((await inbox('cato@shop1.test'))?.join()).not.toContain('from outside')
  await apply(shop())
})

// P-14, P-65
test('suspended: nobody reads or sends, mail waits with its sender; then all is as before', async () => {
  const list = mailingList(2, 'news@shop1.test', { members: ['info@shop1.test'] })
  const suspended = shop(boxes(), [list], { state: 'suspended' })
  expect(await apply(suspended)).toMatchObject([{ ok: true }])
  for (const service of ['imap', 'pop3'] as const) expect(await info(service)).toBe('refused')
  for (const to of ['info@shop1.test', 'news@shop1.test', 'nobody@shop1.test'])
    expect(await send(host, { to })).toMatch(/^450 4\.2\.1/)
  const as = { address: 'info@shop1.test', password }
  expect(await send(host, { to: 'x@elsewhere.test', from: as.address, as })).toMatch(/^535/)

  // of the host itself, so it waits here
  await host.sh('printf "Subject: waiting\\n\\nwaiting\\n" | sendmail -f root info@shop1.test')
  await expect.poll(queue).toContain('"queue_name": "deferred"')
  await apply(shop(boxes(), [list]))
  await arrived('info@shop1.test', 'waiting')
  expect(await send(host, { to: 'info@shop1.test', text: 'again' })).toMatch(/^250/)
  await arrived('info@shop1.test', 'again')
})

// issue 5: one change reloads its service alone and once, many at a time once together
test('reloads only what a change concerns, and once for all that come together', async () => {
  const reloads = async (...documents: Document[]) => {
    const result = await line.apply(documents.map((one) => ({ ...one, generation: ++generation })))
    expect(result).toMatchObject({ ok: true })
    return result!.reloaded.sort()
  }
  const many = () =>
    [11, 12, 13, 14, 15].map((n) => withMail(n, [mailbox(n * 10, `info@shop${n}.test`)]))
  const asSuspended = (one: LiveDocument) => ({ ...one, state: 'suspended' as const })
  const [first, ...rest] = many()
  const scan = 'innkeeper-clamav-milter.service'
  // the scan keeps a list of domains where nobody wants it
  expect(await reloads(first!)).toEqual([scan, 'nginx', 'postfix'])
  expect(await reloads(...rest)).toEqual([scan, 'nginx', 'postfix'])
  const again = await line.apply(many().map((one) => ({ ...one, generation: generation + 1 })))
  expect(again).toMatchObject({ ok: true, reloaded: [] })
  generation += 1

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
  await host.sh('cp /etc/postfix/master.cf /root/ && echo "foreign line" >> /etc/postfix/master.cf')
  const second = withMail(2, [mailbox(20, 'info@shop2.test')])
  const [refused] = await apply(second)
  expect(refused).toMatchObject({ ok: false })
  expect(refused?.errors[0]?.text).toContain('/etc/postfix/master.cf')
  expect(await send(host, { to: 'info@shop2.test' })).toMatch(/^554/)
  expect(await send(host, { to: 'info@shop1.test', text: 'still there' })).toMatch(/^250/)
  await arrived('info@shop1.test', 'still there')

  await host.sh('cp /root/master.cf /etc/postfix/master.cf')
  const result = await line.apply([{ ...second, generation }])
  expect(result).toMatchObject({ ok: true, reloaded: expect.arrayContaining(['postfix']) })
  expect(await send(host, { to: 'info@shop2.test', text: 'now' })).toMatch(/^250/)
  await arrived('info@shop2.test', 'now')
  await apply(removalOf(second))
})

// F-170
test('links in a mailbox lead root nowhere', async () => {
  const folder = '/home/.mail/cato1/1'
  const as = ['setpriv', '--reuid', '70001', '--regid', '70001', '--clear-groups', 'sh', '-c']
  await host.run([
    ...as,
    `rm -rf ${folder}/Maildir; ln -s /etc ${folder}/Maildir; ln -s / ${folder}/root`,
  ])
  expect(
    await host.run([...as, `mv ${folder} ${folder}x; touch ${folder}/../x`]),
  ).not.toMatchObject({
    code: 0,
  })
  await apply(shop([mailbox(2, 'cato@shop1.test')]))
  const { code } = await host.sh('ls -d /etc/passwd /etc/dovecot/dovecot.conf')
  expect(code).toBe(0)
  const { stdout } = await host.run(['ls', '/home/.mail/cato1'])
  expect(stdout.trim()).toBe('2')
})

// S-60, S-64
test('what it takes and what goes in and out of it is measured, once', async () => {
  await apply(shop())
  await host.sh('systemctl stop innkeeper-measure.timer')
  const usage = async () => {
    await host.run(['systemctl', 'start', 'innkeeper-measure.service'])
    const answer = await line.ask({ type: 'usage', subscriptions: [{ id: 1, timeZone: 'UTC' }] })
    const [{ disk, traffic } = { disk: null, traffic: null }] = Usage.parse(answer).subscriptions
    return { disk: disk!, mail: traffic?.at(-1)?.mail ?? 0 }
  }
  const boxOf = ({ disk }: Awaited<ReturnType<typeof usage>>, id: number) =>
    disk.mailboxes.find((box) => box.id === id)?.bytes ?? 0
  const before = await usage()
  const text = 'A line of sixty characters, which is what mails consist of.\n'.repeat(5000)
  expect(await send(host, { to: 'cato@shop1.test', text })).toMatch(/^250/)
  // what a sender calls himself is nobody's bill
  await send(host, { to: 'nobody@shop1.test', from: 'cato@shop1.test', text })
  await expect
    .poll(() => inbox('cato@shop1.test'))
    .toContainEqual(expect.stringContaining(text.slice(0, 50)))
  const fetched = (await inbox('cato@shop1.test'))!.join('').length

  await expect
    .poll(async () => (await usage()).mail - before.mail)
    .toBeGreaterThan(300_000 + 2 * fetched)
  const after = await usage()
  // once in, and what the two looks above have fetched, with what IMAP says beside it
  expect(after.mail - before.mail).toBeLessThan(1.1 * (300_000 + 2 * fetched))
  expect(boxOf(after, 2) - boxOf(before, 2)).toBeGreaterThan(299_000)
  expect(boxOf(after, 2) - boxOf(before, 2)).toBeLessThan(320_000)
  expect(after.disk.mail - before.disk.mail).toBeGreaterThan(299_000)
  expect((await usage()).mail).toBe(after.mail)

  const as = { address: 'info@shop1.test', password }
  await send(host, { to: 'cato@shop1.test', from: 'info@shop1.test', text, as })
  // handed in and delivered
  await expect.poll(async () => (await usage()).mail - after.mail).toBeGreaterThan(600_000)
  expect((await usage()).mail - after.mail).toBeLessThan(640_000)
  await host.sh('systemctl start innkeeper-measure.timer')
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
    expect(await send(host, { to, text })).toMatch(/^550 5\.7\.1 .*virus/)
  expect(await send(host, { to: 'safe@shop1.test', text: 'harmless' })).toMatch(/^250/)
  await arrived('safe@shop1.test', 'harmless')
  for (const to of ['cato@shop1.test', 'c@shop1.test'])
    expect(await send(host, { to, text })).toMatch(/^250/)
  await arrived('cato@shop1.test', 'EICAR')

  await host.sh('systemctl stop clamav-daemon.socket clamav-daemon.service')
  const [stopped] = await apply({ ...scanned, promised })
  expect(stopped?.shortfalls).toMatchObject([{ property: 'virusScan' }])
  expect(await send(host, { to: 'safe@shop1.test', text: 'later' })).toMatch(/^451/)
  expect(await send(host, { to: 'cato@shop1.test', text: 'now' })).toMatch(/^250/)
  await host.sh('systemctl start clamav-daemon.socket')
})

test('goes without a trace', async () => {
  await apply(removalOf(shop()))
  expect(await settledState(host)).toBe(before)
  const tables = 'cat /var/lib/innkeeper-mail/{users,imap,pop3,smtp,domains,aliases,senders}'
  expect((await host.sh(tables)).stdout).toBe('')
  expect((await host.sh('find / -xdev -uid 70001 -o -xdev -gid 70001')).stdout).toBe('')
})
