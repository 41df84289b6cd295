import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { Installed } from '../../src/contract/messages.ts'
import { numbered, password, removalOf } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { startKernelHost } from '../hosts/start.ts'
import { mail, mailbox } from '../mail/cast.ts'
import { read, send } from '../mail/clients.ts'
import { ftp } from './ftp-client.ts'
import { openFtp } from './ftp-session.ts'
import { type Line, openLine } from './line.ts'
import { type PreparedHost, prepare } from './prepared-host.ts'
import { logIn, visit } from './visitor.ts'

/** Hosts that share this machine's kernel keep no limits; this one has a kernel of its own. */
let host: Host
let prepared: PreparedHost
let line: Line
beforeAll(async () => {
  host = await startKernelHost()
  prepared = await prepare(host)
  for (const feature of ['ftp', 'mail']) {
    // a new one each time: an agent leaves who says nothing for two minutes, and this host is slow
    line = await openLine(prepared)
    const { error } = Installed.parse(await line.ask({ type: 'install', feature }))
    expect(error).toBeNull()
    line.end()
  }
  line = await openLine(prepared)
  // Postfix asks who comes, and there is nobody to answer
  const world = host.address.replace(/[0-9]+$/, '1')
  await host.sh(`echo '${world} client.elsewhere.test' >> /etc/hosts`)
}, 600_000)
afterAll(() => host?.remove())

const MB = 1024 * 1024
const promised = (disk: number | null) => {
  const without = { perl: false, cgi: false, virusScan: false }
  return { ...without, disk, diskLimit: 'enforced' as const }
}
const cato = numbered(1, {
  promised: promised(20 * MB),
  ftp: { promised: null, logins: [] },
  mail: mail([mailbox(1, 'info@shop1.test')]),
})
const shop: LiveDocument = { ...cato, user: { ...cato.user, shell: 'bash' } }

let generation = 1
const apply = async (changes: Partial<LiveDocument> = {}) => {
  const result = await line.apply([{ ...shop, ...changes, generation: ++generation }])
  return result!.subscriptions[0]!
}
/** What the host says of itself. */
const provides = async () => {
  const answer = await line.ask({ type: 'facts' })
  return answer?.type === 'facts' ? answer.facts.provides : []
}
/** What the kernel keeps of customers: a line per uid, with the limit in blocks of 1,024 bytes. */
const limits = async () => {
  const report = 'repquota --user --no-names --verbose --output=csv /home | cut -d, -f1,6'
  return (await host.sh(`${report} | grep '^#7'`)).stdout.trim()
}
/** As an admin does who copies what the panel shows. */
const follow = async (remedy: string, option: string) => {
  await host.sh(`sed -i 's/defaults/defaults,${option}/' /etc/fstab`)
  const [, commands = ''] = /, then: (.*?)(?:, or reboot)?$/.exec(remedy) ?? []
  expect(await host.sh(commands)).toMatchObject({ code: 0, stderr: '' })
}

const asCato = async (command: string) => {
  const login = (await logIn(host, 'cato1', password))!
  const ran = await login.run(command)
  login.close()
  return `${ran.stdout}${ran.stderr}`
}
const inbox = async () => (await read(host, 'info@shop1.test', password))?.join('\n')

// R-10, P-56
test('a host that only measures says what would help, and keeps limits when that is done', async () => {
  expect(await provides()).not.toContain('quota')
  const [shortfall] = (await apply()).shortfalls
  expect(shortfall).toMatchObject({ property: 'diskLimit', available: 'measured' })
  expect(await asCato('head -c 30M /dev/zero > web/much && rm web/much')).toBe('')

  await follow(shortfall!.remedy, 'usrquota')
  expect(await provides()).toContain('quota')
  expect(await apply()).toMatchObject({ shortfalls: [], changed: ['disk limit'] })
  expect(await limits()).toBe('#70001,20480')
  expect(await apply()).toMatchObject({ changed: [] })
})

// S-62
test('ssh, PHP and FTP are refused at the limit, and what is there is still served', async () => {
  const upload = (name: string) => ftp(host, 'cato1', password).upload(name, 'x'.repeat(100_000))
  const write = (name: string) => visit(host, 'shop1.test', `/write.php?name=${name}`)
  await send(host, { to: 'info@shop1.test', subject: 'Welcome' })
  await expect.poll(inbox, { timeout: 60_000 }).toContain('Welcome')
  await host.sh('cat > /home/cato1/web/shop1.test/write.php', {
    input: `<?php echo @file_put_contents($_GET['name'], str_repeat('x', 100000)) ?: error_get_last()['message'];`,
  })
  expect(await upload('first')).toBe(true)
  expect(await write('first')).toMatchObject({ text: '100000' })

  expect(await asCato('dd if=/dev/zero of=web/much bs=1M count=30')).toContain(
    "error writing 'web/much': Disk quota exceeded",
  )
  const bytes = Number(await asCato('du --bytes web/much | cut -f1'))
  expect(bytes).toBeGreaterThan(19 * MB)
  expect(bytes).toBeLessThan(20 * MB)
  expect((await write('second')).text).toContain('Disk quota exceeded')
  expect(await upload('second')).toBe(false)
  const session = await openFtp(host, 'cato1', password)
  for (const command of ['STOR third', 'APPE first'])
    expect(await session.send(command, 'x'.repeat(100_000))).toMatch(/^552 .*quota exceeded/)
  session.close()
  expect(await visit(host, 'shop1.test')).toMatchObject({ status: 200 })
})

test('mail for who has no room waits, and arrives when there is some', async () => {
  const queued = async () => (await host.sh('postqueue -j')).stdout
  const letter = { to: 'info@shop1.test', subject: 'Your order', text: 'shoes '.repeat(2000) }
  expect(await send(host, letter)).toMatch(/^250/)
  await expect.poll(queued, { timeout: 60_000 }).toMatch(/452 4\.2\.2 .* Not enough disk quota/)
  expect(await inbox()).toContain('Welcome')

  await asCato('truncate --size=19M web/much')
  await host.sh('postqueue -f')
  await expect.poll(inbox, { timeout: 60_000 }).toContain('Your order')
  await expect.poll(queued, { timeout: 60_000 }).toBe('')
})

// F-156
test('a new site has to wait as well, and the customer can be told why', async () => {
  const sites = [...shop.sites, { domain: 'blog.test', www: false, php: null }]
  const refused = async () => {
    const { ok, errors } = await apply({ sites })
    expect(ok).toBe(false)
    expect(errors.map(({ text }) => text).join()).toContain('Disk quota exceeded')
  }
  await asCato('dd if=/dev/zero bs=1k count=5000 >> web/much')
  await refused()
  // room for its folder, and none for the page in it
  await asCato('truncate --size=-1K web/much')
  await refused()

  await asCato('rm web/much')
  expect(await apply({ sites })).toMatchObject({ ok: true, changed: ['document root'] })
  await apply()
})

test('another plan, another limit', async () => {
  expect(await apply({ promised: promised(30 * MB) })).toMatchObject({ changed: ['disk limit'] })
  expect(await limits()).toBe('#70001,30720')
  await apply({ promised: promised(null) })
  expect(await limits()).toBe('#70001,0')
  expect(await asCato('head -c 40M /dev/zero > web/much && rm web/much')).toBe('')
  await apply()
  expect(await limits()).toBe('#70001,20480')
})

// F-158
test('limits that somebody turned off are missed, and back when he turns them on', async () => {
  await host.sh('quotaoff /home')
  const [shortfall] = (await apply()).shortfalls
  expect(shortfall).toMatchObject({ property: 'diskLimit', remedy: 'run quotaon -u /home' })
  expect(await provides()).not.toContain('quota')

  expect(await host.sh('quotaon -u /home')).toMatchObject({ code: 0, stderr: '' })
  expect(await apply()).toMatchObject({ shortfalls: [], changed: [] })
})

test('who is removed leaves no entry', async () => {
  const result = await line.apply([removalOf({ ...shop, generation })])
  expect(result).toMatchObject({ ok: true })
  // his home is deleted after the answer
  await expect.poll(limits).toBe('')
})

test('an xfs keeps limits as well', async () => {
  await host.sh(`mount /dev/ubdc /mnt && cp --archive /home/. /mnt && rm -f /mnt/aquota.user
    umount /mnt && quotaoff /home && umount /home
    echo '/dev/ubdc /home xfs defaults 0 0' > /etc/fstab && mount /home`)
  const shop2 = numbered(2, { promised: promised(20 * MB) })
  const first = await line.apply([shop2])
  await follow(first!.subscriptions[0]!.shortfalls[0]!.remedy, 'uquota')
  const second = await line.apply([shop2])
  expect(second!.subscriptions).toMatchObject([{ shortfalls: [], changed: ['disk limit'] }])
  expect(await limits()).toBe('#70002,20480')
  const write = ['setpriv', '--reuid=70002', '--clear-groups', 'dd', 'if=/dev/zero', 'bs=1M']
  const { stderr } = await host.run([...write, 'count=30', 'of=/home/cato2/web/much'])
  expect(stderr).toContain('Disk quota exceeded')

  // as an ext4 with the quota feature does, it goes on counting
  await host.sh('quotaoff -u /home')
  const third = await line.apply([shop2])
  expect(third!.subscriptions[0]!.shortfalls).toMatchObject([{ remedy: 'run quotaon -u /home' }])
  expect(await host.sh('quotaon -u /home')).toMatchObject({ code: 0, stderr: '' })
  await line.apply([removalOf(shop2)])
  await expect.poll(limits).toBe('')
})
