import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { mysqlHash } from '../../src/databases/user-password.ts'
import { numbered, password, removalOf } from '../contract/cast.ts'
import { ftp } from './ftp-client.ts'
import { openFtp } from './ftp-session.ts'
import { installAll, provided } from './install.ts'
import { type Line, openLine } from './line.ts'
import { type PreparedHost, preparedHost, setUp } from './prepared-host.ts'

const secret = 'it\'s "quoted", $$ and \\ too'
let prepared: PreparedHost
let line: Line
let before: string
let untouched: string[]
beforeAll(async () => {
  prepared = await preparedHost('data')
  line = await openLine(prepared)
  // as somebody's own MariaDB would run: nobody could come from outside, and all without TLS
  await prepared.host.run(['systemctl', 'start', 'mariadb'])
  untouched = await provided(line)
  await installAll(line, 'mysql', 'ftp')
  before = await accounts()
})
afterAll(() => prepared?.host.remove())

/** What is left of customers in the two services. */
const accounts = async () => {
  const sql = `select user, host from mysql.global_priv union select schema_name, '' from information_schema.schemata`
  const { stdout } = await prepared.host.sh(
    `mariadb -N -e "${sql}"; cat /etc/proftpd/innkeeper.*; ls /var/lib/innkeeper/ftp /var/lib/innkeeper/disk-limits; true`,
  )
  return stdout
}
const query = async (user: string, typed: string, sql: string, address = '', tls = '--ssl') =>
  prepared.host.run([
    ...['env', `MYSQL_PWD=${typed}`, 'mariadb'],
    ...(address ? [tls, '-h', address, '--protocol=tcp'] : []),
    '-u',
    user,
    '-N',
    '-e',
    sql,
  ])
test("a server with Debian's own settings is no database service of ours", async () => {
  expect(untouched).not.toContain('mysql')
  expect(await provided(line)).toContain('mysql')
})

const apply = async (document: LiveDocument) => {
  const result = await line.apply([document])
  return result!.subscriptions[0]!
}
const database = (name: string, user: string, typed = secret, address = 'localhost') => ({
  name,
  users: [{ name: user, passwordHash: mysqlHash(typed), address }],
})

describe('databases', () => {
  const cato = numbered(60)
  const cleo = numbered(61)
  const wanted = (all: ReturnType<typeof database>[], more: Partial<LiveDocument> = {}) => ({
    ...cato,
    databases: { promised: null, all },
    ...more,
  })

  // S-17, P-14, F-56
  test('are made, used, locked, opened again and dropped', async () => {
    const shop = wanted([database('cato60_shop', 'cato60_shop')])
    expect(await apply(shop)).toMatchObject({ ok: true, shortfalls: [] })
    const made = await query(
      'cato60_shop',
      secret,
      'create table cato60_shop.goods (n int); insert into cato60_shop.goods values (7); select n from cato60_shop.goods',
    )
    expect(made).toMatchObject({ code: 0, stdout: '7\n' })
    expect((await query('cato60_shop', 'wrong', 'select 1')).stderr).toContain('Access denied')

    const again = await apply(shop)
    expect(again).toMatchObject({ ok: true, changed: [] })
    expect(again.facts?.databases?.[0]?.bytes).toBeGreaterThan(4096)

    await apply({ ...shop, generation: 2, state: 'suspended' })
    expect((await query('cato60_shop', secret, 'select 1')).stderr).toContain('locked')
    await apply({ ...shop, generation: 3 })
    expect(await query('cato60_shop', secret, 'select n from cato60_shop.goods')).toMatchObject({
      stdout: '7\n',
    })

    const other = 'another horse, another battery'
    const two = [database('cato60_shop', 'cato60_shop', other), database('cato60_blog', 'cato60_b')]
    await apply({ ...wanted(two), generation: 4 })
    expect((await query('cato60_shop', secret, 'select 1')).code).not.toBe(0)
    expect((await query('cato60_shop', other, 'select 1')).code).toBe(0)

    await apply({ ...wanted([two[1]!]), generation: 5 })
    expect((await query('cato60_shop', other, 'select 1')).code).not.toBe(0)
    expect((await query('cato60_b', secret, 'show databases')).stdout).not.toContain('cato60_shop')
    await line.apply([{ ...removalOf(cato), generation: 6 }])
    expect(await accounts()).toBe(before)
  })

  test('are nobody else’s, whatever their names are like', async () => {
    await apply(wanted([database('cato60_a', 'cato60_a')], { generation: 7 }))
    const theirs = {
      ...cleo,
      databases: { promised: null, all: [database('cleo61_a', 'cleo61_a')] },
    }
    const names = { ...theirs, user: { ...cleo.user } }
    expect(
      await apply({
        ...names,
        databases: { promised: null, all: [database('cato60_a', 'cato60_x')] },
      }),
    ).toMatchObject({
      ok: false,
    })
    for (const sql of [
      'use cato60_a',
      'create database cato60_b',
      'create database catox60',
      'select user from mysql.user',
      "select load_file('/etc/passwd')",
    ]) {
      const tried = await query('cato60_a', secret, sql.replaceAll('cato60_a', 'mysql'))
      expect([sql, tried.code === 0 && tried.stdout !== 'NULL\n']).toEqual([sql, false])
    }
    await line.apply([{ ...removalOf(cato), generation: 8 }, removalOf(cleo)])
    expect(await accounts()).toBe(before)
  })

  test('can be used from the one address that was named, and only with TLS', async () => {
    const { address } = prepared.host
    await apply(wanted([database('cato60_a', 'cato60_a', secret, '192.0.2.7')], { generation: 9 }))
    const refused = await query('cato60_a', secret, 'select 1', address)
    expect(refused.stderr).toMatch(/Access denied|is not allowed to connect/)
    await apply(wanted([database('cato60_a', 'cato60_a', secret, address)], { generation: 10 }))
    const cipher = `show status like 'Ssl_cipher'`
    const encrypted = await query('cato60_a', secret, cipher, address)
    expect(encrypted.stdout).toMatch(/Ssl_cipher\s+TLS_/)
    const clear = await query('cato60_a', secret, 'select 1', address, '--skip-ssl')
    expect(clear.stderr).toContain('Access denied')
    const named = wanted([database('cato60_a', 'cato60_a', secret, address)], { generation: 10 })
    expect(await apply(named)).toMatchObject({ changed: [] })
    await line.apply([{ ...removalOf(cato), generation: 11 }])
    expect(await accounts()).toBe(before)
  })
})

describe('FTP', () => {
  const cato = numbered(70)
  const { passwordHash } = cato.user
  const photos = { name: 'cato70_photos', folder: 'web/photos', passwordHash }
  const live = (more: Partial<LiveDocument> = {}) => ({
    ...cato,
    ftp: { promised: null, logins: [photos] },
    ...more,
  })
  const as = (user: string, typed = password) => ftp(prepared.host, user, typed)

  // S-15, S-35, P-14
  test('the system user and a further login upload, download and list; each in its own folder', async () => {
    await apply(live())
    expect(await as('cato70').upload('web/shop70.test/hello.txt', 'Hello')).toBe(true)
    expect(await as('cato70').download('web/shop70.test/hello.txt')).toBe('Hello')
    expect(await as('cato70').list('')).toEqual(expect.arrayContaining(['web', 'tmp']))
    expect(await as('cato70_photos').upload('a.jpg', 'jpeg')).toBe(true)
    expect(await as('cato70_photos').list('')).toEqual(['a.jpg'])
    expect(await as('cato70').download('web/photos/a.jpg')).toBe('jpeg')
    expect(await as('cato70_photos').download('../shop70.test/hello.txt')).toBeUndefined()
    expect(await as('cato70', 'wrong').list('')).toBeUndefined()
    const { stdout } = await prepared.host.sh('stat -c %U:%a /home/cato70/web/photos/a.jpg')
    expect(stdout).toBe('cato70:644\n')
    expect(await apply(live())).toMatchObject({ changed: [] })
  })

  test('says no password without TLS', async () => {
    expect(await ftp(prepared.host, 'cato70', password, { tls: false }).list('')).toBeUndefined()
  })

  // F-170
  test('a link leads nowhere outside', async () => {
    await prepared.host.sh('ln -s /etc /home/cato70/out && ln -s /etc/passwd /home/cato70/passwd')
    expect(await as('cato70').list('out/')).toBeUndefined()
    expect(await as('cato70').download('passwd')).toBeUndefined()
    await prepared.host.sh('rm -r /home/cato70/web/photos && ln -s /etc /home/cato70/web/photos')
    expect(await as('cato70_photos').download('hostname')).toBeUndefined()
    await prepared.host.sh('rm /home/cato70/web/photos /home/cato70/out /home/cato70/passwd')
  })

  describe('over the disk limit', () => {
    const promised = { disk: 1024 ** 2, perl: false, cgi: false, virusScan: false }
    const logins = ['cato70', 'cato70_photos']
    const measure = () => prepared.host.run(['systemctl', 'start', 'innkeeper-measure.service'])
    const fill = (bytes: number) =>
      prepared.host.sh(
        `head -c ${bytes} /dev/zero > /home/cato70/big; chown cato70: /home/cato70/big`,
      )
    const open = (user: string) => openFtp(prepared.host, user, password)

    // R-10, S-62
    test('every upload is refused in words that say so, until there is room again', async () => {
      await apply(live({ generation: 2, promised }))
      for (const login of logins) expect(await as(login).upload('small', 'x')).toBe(true)
      await fill(3_000_000)
      await measure()

      const { stdout } = await prepared.host.sh('du -s --block-size=1 /home/cato70')
      const used = (Number.parseInt(stdout, 10) / 1024 ** 2).toFixed(2)
      const denied = `denied: quota exceeded: used ${used} of 1.00 upload Mb`
      for (const login of logins) {
        const { say, close } = await open(login)
        for (const words of ['STOR more', 'APPE small', 'STOU', 'MKD more', 'XMKD more'])
          expect(await say(words)).toBe(`552 ${words.split(' ')[0]} ${denied}`)
        close()
        expect(await as(login).conversation('more')).toContain('disk space was used up')
        expect(await as(login).download('small')).toBe('x')
      }
      expect(await as('cato70').list('')).not.toContain('more')

      await prepared.host.sh('rm /home/cato70/big')
      await measure()
      for (const login of logins) {
        const session = await open(login)
        expect(await session.send('STOR more', 'x')).toMatch(/^226 /)
        expect(await session.send('APPE more', 'y')).toMatch(/^226 /)
        expect(await session.send('STOU', 'x')).toMatch(/^226 /)
        expect(await session.say('MKD folder')).toMatch(/^257 /)
        session.close()
        expect(await as(login).download('more')).toBe('xy')
        expect(await as(login).conversation('more')).not.toContain('used up')
      }
    })

    // S-62
    test('is seen by who is in already, and by himself as soon as he has deleted enough', async () => {
      const sessions = await Promise.all(logins.map(open))
      await fill(3_000_000)
      await measure()
      for (const { send } of sessions)
        expect(await send('STOR more', 'x')).toMatch(/^552 STOR denied/)
      const [own, further] = sessions
      expect(await own!.say('DELE big')).toMatch(/^250 /)
      expect(await own!.send('STOR more', 'x')).toMatch(/^226 /)
      await measure()
      expect(await further!.send('STOR more', 'x')).toMatch(/^226 /)

      // what he sends himself counts before it is measured
      expect(await own!.send('STOR big', 'x'.repeat(2_000_000))).toMatch(/^226 /)
      expect(await own!.send('STOR more', 'x')).toMatch(
        /^552 STOR denied: quota exceeded: used 1.9/,
      )
      expect(await own!.say('DELE big')).toMatch(/^250 /)
      for (const { close } of sessions) close()
    })

    // S-62
    test('is told as well on a host that an older agent has set up', async () => {
      await fill(3_000_000)
      await measure()
      const { host } = prepared
      const { stdout } = await host.run(['cat', '/var/lib/innkeeper-login/.ssh/authorized_keys'])
      const publicKey = stdout.slice(stdout.indexOf('ssh-ed25519')).trim()
      await host.sh(`rm /etc/proftpd/innkeeper.limits /etc/proftpd/innkeeper.tallies
        sed -i '/Quota/d; /IfClass/d' /etc/proftpd/conf.d/innkeeper.conf; systemctl restart proftpd`)
      expect(await as('cato70').upload('more', 'x')).toBe(true)
      expect(await setUp(host, publicKey)).toMatchObject({ ok: true, changed: ['ftp'] })
      const answer = await vi.waitFor(() => as('cato70_photos').conversation('more'))
      expect(answer).toContain('< 552 STOR denied: quota exceeded: used 2.9')
      await host.sh('rm /home/cato70/big')
      await measure()
      expect(await as('cato70').upload('more', 'x')).toBe(true)
    })

    test('another plan changes that, and none is no limit', async () => {
      await fill(3_000_000)
      await measure()
      expect(await as('cato70').upload('more', 'x')).toBe(false)
      await apply(live({ generation: 3, promised: { ...promised, disk: 4 * 1024 ** 2 } }))
      for (const login of logins) expect(await as(login).upload('more', 'x')).toBe(true)
      await apply(live({ generation: 4, promised }))
      for (const login of logins) expect(await as(login).upload('more', 'x')).toBe(false)
      await apply(live({ generation: 5, promised: { ...promised, disk: null } }))
      for (const login of logins) expect(await as(login).upload('more', 'x')).toBe(true)
      await apply(live({ generation: 6, promised }))
      for (const login of logins) expect(await as(login).upload('more', 'x')).toBe(false)
      await prepared.host.sh('rm /home/cato70/big')
      await measure()
    })
  })

  test('is refused when suspended, also to who is in; and is back afterwards', async () => {
    await apply(live({ generation: 7, state: 'suspended' }))
    for (const user of ['cato70', 'cato70_photos']) expect(await as(user).list('')).toBeUndefined()
    await apply(live({ generation: 8 }))
    await vi.waitFor(async () => expect(await as('cato70').list('')).toContain('web'))
  })

  test('nothing is left', async () => {
    await line.apply([{ ...removalOf(cato), generation: 9 }])
    expect(await as('cato70').list('')).toBeUndefined()
    expect(await accounts()).toBe(before)
  })
})
