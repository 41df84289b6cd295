import { expect, test } from 'vitest'
import { boxes, mailingList, shop } from './cast.ts'
import type { MailHost } from './mail-host.ts'

export function describeLists({ host, apply, arrived, inbox, send }: MailHost) {
  test('a post to a list reaches its members, and only members post', async () => {
    const list = mailingList(1, 'news@shop1.test', {
      members: ['cato@shop1.test', 'info@shop1.test'],
      owner: 'cato@shop1.test',
    })
    await apply(shop(boxes(), [list]))
    const post = { to: 'news@shop1.test', from: 'info@shop1.test', text: 'to the list' }
    expect(await send(post)).toMatch(/^250/)
    for (const member of list.members) await arrived(member, 'to the list')
    expect((await inbox('cato@shop1.test'))?.at(-1)).toContain('List-Id: <news.shop1.test>')

    await send({ ...post, from: 'stranger@elsewhere.test', text: 'advertisement' })
    await apply(shop(boxes(), [{ ...list, moderated: true }]))
    await send({ ...post, text: 'to be decided' })
    await arrived('cato@shop1.test', 'Please_moderate')
    expect((await inbox('info@shop1.test'))?.join()).not.toMatch(/to be decided|advertisement/)
    const asked = (await inbox('cato@shop1.test'))!.at(-1)!
    const to = /^Reply-To: (\S+)/m.exec(asked)![1]!
    await send({ to, from: 'cato@shop1.test' })
    await arrived('info@shop1.test', 'to be decided')

    // who is a member is decided in the panel alone
    await send({ to: 'news+subscribe@shop1.test', from: 'stranger@elsewhere.test' })
    await send({ to: 'news+unsubscribe@shop1.test', from: 'info@shop1.test' })
    const members = async () =>
      (await host().sh(`find /home/.mail/.lists/1/*.d -type f -exec cat {} + | sort`)).stdout
    expect(await members()).toBe('cato@shop1.test\ninfo@shop1.test\n')

    await apply(shop(boxes(), [{ ...list, posting: 'anyone', members: ['info@shop1.test'] }]))
    await send({ ...post, from: 'stranger@elsewhere.test', text: 'from outside' })
    await arrived('info@shop1.test', 'from outside')
    expect((await inbox('cato@shop1.test'))?.join()).not.toContain('from outside')
    await apply(shop())
  })
}
