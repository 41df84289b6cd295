import { afterAll, beforeAll, expect, test } from 'vitest'
import { numbered, removalOf } from '../contract/cast.ts'
import { install } from './install.ts'
import { type Line, openLine } from './line.ts'
import { type PreparedHost, preparedHost } from './prepared-host.ts'
import { visit } from './visitor.ts'

let prepared: PreparedHost
let line: Line
beforeAll(async () => {
  prepared = await preparedHost()
  line = await openLine(prepared)
})
afterAll(() => prepared?.host.remove())

const promised = { disk: null, perl: false, cgi: false, virusScan: false }

test('Perl runs in the customer’s site as the customer, once the host has it', async () => {
  const shop = numbered(2, { promised: { ...promised, perl: true } })
  const file = '/home/cato2/web/shop2.test/who.pl'
  const script =
    '#!/usr/bin/perl\\nuse CGI;\\nprint CGI->new->header, "I am ", scalar getpwuid($<);\\n'
  const before = await line.apply([shop])
  expect(before?.subscriptions[0]?.shortfalls).toMatchObject([{ property: 'perl' }])
  await prepared.host.sh(
    `printf '${script}' > ${file}; chown cato2:cato2 ${file}; chmod 755 ${file}`,
  )
  expect(await visit(prepared.host, 'shop2.test', '/who.pl')).toMatchObject({ status: 404 })

  expect(await install(line, 'perl')).toMatchObject({ error: null })
  const after = await line.apply([shop])
  expect(after?.subscriptions[0]).toMatchObject({ ok: true, shortfalls: [] })
  expect(await visit(prepared.host, 'shop2.test', '/who.pl')).toMatchObject({
    status: 200,
    text: 'I am cato2',
  })
  const { stdout } = await prepared.host.sh('systemctl is-active fcgiwrap.socket')
  expect(stdout.trim()).not.toBe('active')

  const without = { ...shop, generation: 2, promised }
  expect(await line.apply([without])).toMatchObject({ ok: true })
  expect(await visit(prepared.host, 'shop2.test', '/who.pl')).toMatchObject({ status: 404 })
  const again = await line.apply([without])
  expect(again?.subscriptions[0]).toMatchObject({ changed: [] })
  await line.apply([{ ...shop, generation: 3 }])
  await line.apply([{ ...removalOf(shop), generation: 4 }])
  expect((await prepared.host.sh('ls /run/innkeeper/cgi')).stdout).toBe('')
})

test('more disk space than there is', async () => {
  const shop = numbered(3, { promised: { ...promised, disk: 2 ** 52 } })
  const result = await line.apply([shop])
  const [shortfall] = result?.subscriptions[0]?.shortfalls ?? []
  expect(shortfall).toMatchObject({ property: 'disk', wanted: String(2 ** 52) })
  expect(Number(shortfall?.available)).toBe((await roomOf()) - ((await roomOf()) % 2 ** 20))
  await line.apply([removalOf(shop)])
})

// the file system of these hosts is an overlay, which keeps no limits; disk-limits.host.test.ts
// has others
test('a disk limit that nothing keeps', async () => {
  const shop = numbered(5, { promised: { ...promised, disk: 2 ** 30, diskLimit: 'enforced' } })
  const result = await line.apply([shop])
  expect(result?.subscriptions[0]?.shortfalls).toEqual([
    {
      property: 'diskLimit',
      wanted: 'enforced',
      available: 'measured',
      remedy: 'put /home on ext4 or xfs: overlay keeps no disk limits per user',
      said: { code: 'putHomeElsewhere', words: { type: 'overlay' } },
    },
  ])
  await line.apply([removalOf(shop)])
})

const roomOf = async () => {
  const { stdout } = await prepared.host.sh('stat -f -c "%b %S" /home')
  const [blocks = 0, size = 0] = stdout.trim().split(' ').map(Number)
  return blocks * size
}

test('nothing but what it knows', async () => {
  const heard = line.heard.length
  line.send(`${JSON.stringify({ type: 'install', id: 'x', feature: 'openssh-server' })}\n`)
  await expect.poll(() => line.heard.slice(heard)).toMatchObject([{ type: 'refused' }])
})

test('says what apt says when there is no such package', async () => {
  const { error } = await install(line, 'php8.4')
  expect(error).toContain('php8.4')
})

test('other work goes on meanwhile', async () => {
  const shop = numbered(4)
  const installing = install(line, 'php8.2')
  expect(await line.apply([shop])).toMatchObject({ ok: true })
  expect(await installing).toMatchObject({ error: null })
  await line.apply([removalOf(shop)])
})
