import { expect, test } from 'vitest'
import { Usage } from '../../src/contract/messages.ts'
import { password } from '../contract/cast.ts'
import { shop } from './cast.ts'
import type { MailHost } from './mail-host.ts'

export function describeMeasuring({ host, line, apply, inbox, send }: MailHost) {
  const usage = async () => {
    await host().run(['systemctl', 'start', 'innkeeper-measure.service'])
    const answer = await line().ask({ type: 'usage', subscriptions: [{ id: 1, timeZone: 'UTC' }] })
    const [{ disk, traffic } = { disk: null, traffic: null }] = Usage.parse(answer).subscriptions
    return { disk: disk!, mail: traffic?.at(-1)?.mail ?? 0 }
  }
  const boxOf = ({ disk }: Awaited<ReturnType<typeof usage>>, id: number) =>
    disk.mailboxes.find((box) => box.id === id)?.bytes ?? 0

  // S-60, S-64
  test('what it takes and what goes in and out of it is measured, once', async () => {
    await apply(shop())
    await host().sh('systemctl stop innkeeper-measure.timer')
    const before = await usage()
    const text = 'A line of sixty characters, which is what mails consist of.\n'.repeat(5000)
    expect(await send({ to: 'cato@shop1.test', text })).toMatch(/^250/)
    // what a sender calls himself is nobody's bill
    await send({ to: 'nobody@shop1.test', from: 'cato@shop1.test', text })
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
    await send({ to: 'cato@shop1.test', from: 'info@shop1.test', text, as })
    // handed in and delivered
    await expect.poll(async () => (await usage()).mail - after.mail).toBeGreaterThan(600_000)
    expect((await usage()).mail - after.mail).toBeLessThan(640_000)
    await host().sh('systemctl start innkeeper-measure.timer')
  })
}
