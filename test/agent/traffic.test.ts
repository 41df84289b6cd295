import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Environment } from '../../src/agent/environment.ts'
import { sandboxSystem } from '../../src/agent/sandbox/system.ts'
import { beginCounting, countTraffic } from '../../src/agent/usage/count-traffic.ts'
import { rotate } from '../../src/agent/usage/log-file.ts'
import { countMail, type MailLine } from '../../src/agent/usage/mail-traffic.ts'
import { monthOf, slotOf } from '../../src/agent/usage/months.ts'
import { count, newTraffic, readTraffic } from '../../src/agent/usage/traffic.ts'

let root: string
let env: Environment
let mailLog: () => void
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'innkeeper-traffic-'))
  mkdirSync(join(root, 'var/log/innkeeper'), { recursive: true })
  mailLog = () => {}
  const system = { ...sandboxSystem(root), readMailLog: async () => mailLog() as undefined }
  env = { root, real: false, system }
})
afterEach(() => rmSync(root, { recursive: true }))

const nobody = {
  all: [],
  ofUser: new Map([['cato', 7]]),
  ofUid: new Map([['70001', 7]]),
  ofDomain: new Map([
    ['shop.test', 7],
    ['blog.test', 8],
  ]),
  mailboxes: new Map(),
}
const noon = Date.UTC(2026, 10, 15, 12)
const log = (name: string) => join(root, 'var/log/innkeeper', name)
const request = (bytes: number, id = 7) =>
  appendFileSync(log('web.log'), `${id} ${noon / 1000}.123 100 ${bytes}\n`)
const counted = (id = 7) => readTraffic(env)?.slots['2026-11']?.[id] ?? [0, 0, 0]
const run = () => countTraffic(env, nobody)

describe('months', () => {
  // F-185: where a month has begun already, and where it is still the one before
  test('are told apart for every time zone, however near their end', () => {
    expect(slotOf(noon)).toBe('2026-11')
    const late = Date.UTC(2026, 10, 30, 23, 40)
    expect(slotOf(late)).toBe('2026-11-30T23:30')
    const months = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Etc/GMT+12']
    expect(months.map((zone) => monthOf(slotOf(late), zone))).toEqual([
      ...['2026-11', '2026-12', '2026-11', '2026-12', '2026-11'],
    ])
    // half past five in Kathmandu is a quarter to midnight in UTC
    expect(monthOf(slotOf(Date.UTC(2026, 10, 30, 18, 14)), 'Asia/Kathmandu')).toBe('2026-11')
    expect(monthOf(slotOf(Date.UTC(2026, 10, 30, 18, 15)), 'Asia/Kathmandu')).toBe('2026-12')
    expect(monthOf(slotOf(late), 'Mars/Olympus')).toBe('2026-11')
  })

  test('of long ago are forgotten', async () => {
    await beginCounting(env)
    appendFileSync(log('web.log'), `7 ${Date.UTC(2020, 1, 2) / 1000}.000 1 1\n`)
    await run()
    expect(readTraffic(env)?.slots).toEqual({})
  })
})

describe('a log', () => {
  beforeEach(() => beginCounting(env))

  test('is counted once, however often somebody looks, and what is not whole is left', async () => {
    request(900)
    appendFileSync(log('web.log'), `7 ${noon / 1000}.000 1`)
    await run()
    await run()
    expect(counted()).toEqual([1000, 0, 0])
    appendFileSync(log('web.log'), `00 50\nnonsense\n- ${noon / 1000}.000 1 1\n`)
    await run()
    expect(counted()).toEqual([1150, 0, 0])
  })

  test('loses and doubles nothing when it is rotated, not even what comes into the old file', async () => {
    request(900)
    await run()
    request(1900)
    renameSync(log('web.log'), log('web.log.1'))
    request(2900)
    await run()
    expect(counted()).toEqual([6000, 0, 0])
    appendFileSync(log('web.log.1'), `7 ${noon / 1000}.000 0 7\n`)
    await run()
    expect(counted()).toEqual([6007, 0, 0])
    writeFileSync(log('web.log'), '')
    await run()
    request(100)
    await run()
    expect(counted()).toEqual([6207, 0, 0])
  })

  test('is rotated by ourselves when it is long, and the one before goes first', async () => {
    request(900)
    appendFileSync(log('web.log'), Buffer.alloc(64 * 1024 * 1024, 'x\n'))
    await run()
    request(900)
    expect(rotate(env, '/var/log/innkeeper/web.log')).toBe(false)
    await run()
    await run()
    expect(counted()).toEqual([2000, 0, 0])
  })

  test('is counted once although the counter dies on the way', async () => {
    request(900)
    mailLog = () => {
      throw new Error('killed')
    }
    await expect(run()).rejects.toThrow('killed')
    expect(counted()).toEqual([0, 0, 0])
    mailLog = () => {}
    await run()
    expect(counted()).toEqual([1000, 0, 0])
  })

  test('that was there before the counter is not counted', async () => {
    rmSync(join(root, 'var/lib/innkeeper/usage/traffic.json'))
    request(900)
    await run()
    request(1900)
    await run()
    expect(counted()).toEqual([2000, 0, 0])
  })

  test('of FTP counts transfers only, and further logins for their subscription', async () => {
    const lines = ['cato RETR 1000', 'cato_photos STOR 500', 'cato DELE 9000', 'cleo RETR 7']
    for (const line of lines) appendFileSync(log('ftp.log'), `${noon / 1000} ${line}\n`)
    await run()
    expect(counted()).toEqual([0, 1500, 0])
  })
})

describe('mail', () => {
  const traffic = (...lines: [program: string, text: string][]) => {
    const all = newTraffic()
    for (const [program, text] of lines)
      countMail(all, nobody, { program, text, at: noon } satisfies MailLine)
    return (id = 7) => all.slots['2026-11']?.[id]?.[2] ?? 0
  }
  const queue = (size: number, from = 'a@b.test') =>
    ['postfix/qmgr', `4XA: from=<${from}>, size=${size}, nrcpt=1 (queue active)`] as [
      string,
      string,
    ]
  const sent = (program: string, to: string): [string, string] => [
    `postfix/${program}`,
    `4XA: to=${to}, relay=x[1.2.3.4]:25, delay=1, dsn=2.0.0, status=sent (250 ok)`,
  ]
  const login = (text: string): [string, string] => ['postfix/submission/smtpd', `4XA: ${text}`]

  test('that arrives counts for whose box it is, once for each', () => {
    const of = traffic(
      ...[queue(500), sent('lmtp', '<info@shop.test>, orig_to=<x@blog.test>')],
      ...[queue(500), sent('lmtp', '<b@blog.test>')],
    )
    expect([of(7), of(8)]).toEqual([500, 500])
  })

  test('that is handed in counts on its way in, and each copy on its way out', () => {
    const of = traffic(
      login('client=pc[1.2.3.4], sasl_method=PLAIN, sasl_username=info@shop.test'),
      ...[queue(500), queue(500), sent('smtp', '<a@far.test>'), sent('smtp', '<b@far.test>')],
      ['postfix/qmgr', '4XA: removed'],
      ...[queue(500), sent('smtp', '<a@far.test>')],
    )
    expect(of()).toBe(1500)
    expect(traffic(['postfix/pickup', '4XA: uid=70001 from=<x>'], queue(500))()).toBe(500)
  })

  test('that is sent on counts for whose address it came to', () => {
    expect(traffic(queue(500), sent('smtp', '<a@far.test>, orig_to=<me@shop.test>'))()).toBe(500)
  })

  test('that is fetched counts with what the mail program said', () => {
    const of = traffic(
      ['dovecot', 'imap(info@shop.test)<12><ab>: Disconnected: Logged out in=35 out=1065'],
      ['dovecot', 'imap-login: Login: user=<info@shop.test>, method=PLAIN'],
      ['dovecot', 'pop3(info@shop.test)<12><ab>: Disconnected: Logged out in=10 out=90'],
    )
    expect(of()).toBe(1200)
  })

  // F-170 in words: what others may write is not believed
  test('cannot be laid at another’s door by what a sender or a far host says', () => {
    const of = traffic(
      queue(500, '", size=999999999, nrcpt=1 (queue active) "@shop.test'),
      ['postfix/cleanup', '4XA: message-id=<to=<x@shop.test>, status=sent >'],
      sent('smtp', '<"x>, orig_to=<a@shop.test"@far.test>'),
      ['postfix/smtp', '4XA: to=<a@far.test>, relay=x, status=sent (250 , orig_to=<a@shop.test>)'],
      login('client=pc[1.2.3.4]'),
    )
    expect(of()).toBe(0)
  })
})

test('counts by service', () => {
  const traffic = newTraffic()
  for (const service of ['web', 'ftp', 'mail', 'mail'] as const) count(traffic, 1, service, noon, 5)
  expect(traffic.slots).toEqual({ '2026-11': { 1: [5, 5, 10] } })
})
