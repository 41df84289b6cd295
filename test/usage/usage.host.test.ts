import { afterAll, beforeAll, expect, test } from 'vitest'
import { Usage } from '../../src/contract/messages.ts'
import type { SubscriptionUsage } from '../../src/contract/usage.ts'
import { mysqlHash } from '../../src/databases/user-password.ts'
import { ftp } from '../agent/ftp-client.ts'
import { installAll } from '../agent/install.ts'
import { type Line, openLine } from '../agent/line.ts'
import { type PreparedHost, preparedHost } from '../agent/prepared-host.ts'
import { numbered, password } from '../contract/cast.ts'
import { run } from '../hosts/command.ts'

const MB = 1024 * 1024
const cato = numbered(80)
const cleo = numbered(81)
let prepared: PreparedHost
let line: Line
beforeAll(async () => {
  prepared = await preparedHost('data')
  line = await openLine(prepared)
  await installAll(line, 'mysql', 'ftp')
  // here it is told when to measure
  await sh('systemctl stop innkeeper-measure.timer')
  const users = [{ name: 'cato80_shop', passwordHash: mysqlHash(password), address: 'localhost' }]
  const databases = { promised: null, all: [{ name: 'cato80_shop', users }] }
  await line.apply([{ ...cato, databases, ftp: { promised: null, logins: [] } }, cleo])
  await sh('head -c 3M /dev/urandom > /home/cato80/web/shop80.test/film')
})
afterAll(() => prepared?.host.remove())

const sh = async (script: string) => {
  const { code, stderr } = await prepared.host.sh(script)
  if (code !== 0) throw new Error(stderr)
}
const measure = () => sh('systemctl start innkeeper-measure.service')
const usage = async (): Promise<SubscriptionUsage[]> => {
  const subscriptions = [80, 81].map((id) => ({ id, timeZone: 'Europe/Berlin' }))
  return Usage.parse(await line.ask({ type: 'usage', subscriptions })).subscriptions
}
const traffic = async () => {
  const [{ traffic: months } = { traffic: null }] = await usage()
  return months?.at(-1) ?? { web: 0, ftp: 0, mail: 0 }
}
const disk = async () => (await usage())[0]!.disk!
const download = async (domain: string, path: string) => {
  const address = `http://${prepared.host.address}/${path}`
  const { code, stdout } = await run([
    ...['curl', '--silent', '--noproxy', '*', '--header', `Host: ${domain}`],
    ...['--output', '/dev/null', '--write-out', '%{http_code} %{size_download}', address],
  ])
  return code === 0 ? stdout : `curl ended with ${code}`
}
/** What was measured may be more than what was moved by headers and blocks, never less. */
const near = (bytes: number, expected: number, more: number) => {
  expect(bytes).toBeGreaterThanOrEqual(expected)
  expect(bytes).toBeLessThan(expected + more)
}

// S-60
test('bytes are told by the place they lie in', async () => {
  await measure()
  const before = await disk()
  await sh(`cd /home/cato80 && head -c 2M /dev/zero > notes && head -c 5M /dev/zero > web/more
    ln -s /usr web/out && ln -s /usr out
    mariadb -e "create table cato80_shop.goods (t longblob); insert into cato80_shop.goods values (repeat('x', 4000000))"`)
  await measure()
  const after = await disk()
  near(after.home - before.home, 2 * MB, 64 * 1024)
  near(after.web - before.web, 5 * MB, 64 * 1024)
  const bytesIn = ({ databases }: typeof after) => databases[0]!.bytes
  near(bytesIn(after) - bytesIn(before), 4_000_000, 9 * MB)
  expect(after).toMatchObject({ mail: 0, mailboxes: [] })
  expect(after.age).toBeLessThan(60)
  await sh('rm /home/cato80/notes /home/cato80/web/more')
})

// S-64
test('downloads by HTTP and transfers by FTP are counted once, and for nobody else', async () => {
  for (const _ of [1, 2, 3]) expect(await download('shop80.test', 'film')).toBe(`200 ${3 * MB}`)
  const client = ftp(prepared.host, 'cato80', password)
  expect(await client.upload('tmp/letter', 'x'.repeat(700_000))).toBe(true)
  expect(await client.download('tmp/letter')).toHaveLength(700_000)
  await measure()
  const first = await traffic()
  near(first.web, 9 * MB, 3 * 2000)
  near(first.ftp, 1_400_000, 2000)
  expect(first.mail).toBe(0)
  await measure()
  expect(await traffic()).toEqual(first)
  expect((await usage())[1]!.traffic).toEqual([])
})

test('a rotated log, a killed counter and a restarted agent change nothing', async () => {
  const before = await traffic()
  await download('shop80.test', 'film')
  await sh('mv /var/log/innkeeper/web.log /var/log/innkeeper/web.log.1')
  // before nginx is told it goes on writing to the file it has
  await download('shop80.test', 'film')
  await sh('systemctl kill -s USR1 --kill-who=main nginx')
  await expect
    .poll(async () => {
      await download('shop80.test', 'film')
      return (await prepared.host.sh('cat /var/log/innkeeper/web.log')).stdout
    })
    .toContain('80 ')
  for (const seconds of [0.1, 0.3, 0.5])
    await prepared.host.sh(
      `timeout -s KILL ${seconds} node /usr/local/lib/innkeeper/agent.mjs measure; true`,
    )
  await measure()
  const { stdout } = await prepared.host.sh(
    `cat /var/log/innkeeper/web.log* | awk '$1 == 80 { sum += $3 + $4 } END { print sum }'`,
  )
  const after = await traffic()
  expect(after.web).toBe(Number(stdout))
  expect(after.web - before.web).toBeGreaterThanOrEqual(9 * MB)
  expect(after.ftp).toBe(before.ftp)
})

test('no customer can write or read what is counted', async () => {
  for (const file of ['web.log', 'ftp.log'])
    for (const try_ of [
      `echo 81 1 1 1 >> /var/log/innkeeper/${file}`,
      `cat /var/log/innkeeper/${file}`,
    ])
      expect(
        (
          await prepared.host.sh(
            `setpriv --reuid 70080 --regid 70080 --clear-groups sh -c '${try_}'`,
          )
        ).stderr,
      ).toContain('Permission denied')
})
