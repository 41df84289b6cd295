import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { limitsIn, stateIn } from '../../src/agent/debian/disk-limits.ts'
import { mountOf } from '../../src/agent/debian/home-mount.ts'
import { obstacle } from '../../src/agent/debian/quota-remedies.ts'
import { sandboxAgent } from '../../src/agent/sandbox.ts'
import { numbered, removalOf } from '../contract/cast.ts'

const MB = 1024 * 1024
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function sandbox() {
  const root = mkdtempSync(join(tmpdir(), 'innkeeper-sandbox-'))
  folders.push(root)
  const file = join(root, 'home/aquota.user')
  return { agent: sandboxAgent(root), file, kept: () => JSON.parse(readFileSync(file, 'utf8')) }
}

const promised = { disk: 20 * MB, perl: false, cgi: false, virusScan: false }
const enforced = { ...promised, diskLimit: 'enforced' as const }

// R-10, S-62
test('what only measures says so to those who were promised more', async () => {
  const { agent } = sandbox()
  expect(agent.facts().provides).not.toContain('quota')
  const documents = [
    numbered(1, { promised }),
    numbered(2, { promised: enforced }),
    numbered(3, { promised: { ...enforced, disk: null } }),
  ]
  const { subscriptions } = await agent.apply(documents)
  expect(subscriptions.map(({ shortfalls }) => shortfalls)).toEqual([
    [],
    [
      {
        property: 'diskLimit',
        wanted: 'enforced',
        available: 'measured',
        remedy: expect.stringContaining('only measures'),
        said: { code: 'sandboxMeasures', words: {} },
      },
    ],
    [],
  ])
})

test('what can refuse is told each limit, once, and to forget it at the end', async () => {
  const { agent, file, kept } = sandbox()
  writeFileSync(file, '')
  expect(agent.facts().provides).toContain('quota')

  const shop = numbered(1, { promised: enforced })
  const nothing = numbered(2, { promised: { ...promised, disk: 0 } })
  const free = numbered(3, { promised: { ...promised, disk: null } })
  const first = await agent.apply([shop, nothing, free])
  expect(first.subscriptions.map(({ shortfalls }) => shortfalls)).toEqual([[], [], []])
  // enough for what the agent lays there itself; no space at all is not "no limit", which is what a file system takes 0 for
  expect(kept()).toEqual([
    [70_001, 20 * MB],
    [70_002, MB],
  ])

  const again = await agent.apply([shop, nothing, free])
  expect(again.subscriptions.map(({ changed }) => changed)).toEqual([[], [], []])

  const raised = { ...shop, generation: 2, promised: { ...promised, disk: 30 * MB } }
  const [changed] = (await agent.apply([raised])).subscriptions
  expect(changed?.changed).toEqual(['disk limit'])
  expect(kept()).toContainEqual([70_001, 30 * MB])

  await agent.apply([removalOf(raised), removalOf(nothing), removalOf(free)])
  expect(kept()).toEqual([])
})

/** As a Debian 12 kernel (6.1) wrote them, of an ext4 and an xfs, with and without the option. */
const mounts = {
  plain: '28 24 254:16 / /home rw,relatime - ext4 /dev/vdb rw',
  ext4: '28 24 254:16 / /home rw,relatime - ext4 /dev/vdb rw,quota,usrquota',
  journaled:
    '28 24 254:16 / /home rw,relatime - ext4 /dev/vdb rw,jqfmt=vfsv1,usrjquota=aquota.user',
  groups: '28 24 254:16 / /home rw,relatime - ext4 /dev/vdb rw,grpquota',
  projects: '28 24 254:16 / /home rw,relatime - ext4 /dev/vdb rw,prjquota',
  xfsPlain:
    '28 24 254:48 / /home rw,relatime - xfs /dev/vdd rw,attr2,inode64,logbufs=8,logbsize=32k,noquota',
  xfs: '28 24 254:48 / /home rw,relatime - xfs /dev/vdd rw,attr2,inode64,logbufs=8,logbsize=32k,usrquota',
  xfsCounting:
    '28 24 254:48 / /home rw,relatime - xfs /dev/vdd rw,attr2,inode64,logbufs=8,logbsize=32k,uqnoenforce',
  root: '24 1 254:0 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a:/b',
  xfsRoot: '24 1 254:1 / / rw,relatime shared:1 - xfs /dev/vda1 rw,attr2,inode64,noquota',
  data: '27 24 254:16 / /data rw,relatime - ext4 /dev/vdb rw,quota,usrquota',
  bound: '29 24 254:16 /home /home rw,relatime - ext4 /dev/vdb rw,quota,usrquota',
  beside: '30 24 254:64 / /home2 rw - ext4 /dev/vde rw,usrquota',
  odd: '31 24 254:64 / /home\\040of\\040x rw - ext4 /dev/vde rw',
}
const homeOf = (...lines: string[]) => mountOf(lines.join('\n'), '/home')
const enforcing = 'user quota on /home (/dev/vdb) is on (enforced)\n'
const counting = 'user quota on /home (/dev/vdb) is on (accounting)\n'
const off = 'user quota on /home (/dev/vdb) is off\n'
const remedyOf = (line: string, quotaon: string, complaint = '') =>
  obstacle(homeOf(mounts.root, line), () => stateIn(quotaon, complaint))?.text

test('finds the file system that /home lies on', () => {
  expect(homeOf(mounts.root, mounts.ext4, mounts.beside)).toMatchObject({ point: '/home' })
  expect(homeOf(mounts.root, mounts.beside, mounts.odd)).toMatchObject({ point: '/' })
  expect(mountOf(mounts.odd, '/home of x/cato')).toMatchObject({ point: '/home of x' })
  // bound from elsewhere: the place by which quotaon knows it
  expect(homeOf(mounts.root, mounts.data, mounts.bound)).toMatchObject({ point: '/data' })
  // mounted twice: the last one is on top
  expect(homeOf(mounts.plain, mounts.xfs)).toMatchObject({ type: 'xfs' })
  expect(homeOf('', 'nonsense')).toMatchObject({ type: 'unknown' })
})

// P-56: each of these lines and remedies was tried on a Debian 12 kernel; disk-limits.host.test.ts follows the most usual
test('says what is in the way of limits, in words that can be followed', () => {
  expect(remedyOf(mounts.ext4, enforcing)).toBeUndefined()
  expect(remedyOf(mounts.journaled, enforcing)).toBeUndefined()
  expect(remedyOf(mounts.xfs, enforcing)).toBeUndefined()

  const option = 'add usrquota to the options of /home in /etc/fstab, then: '
  expect(remedyOf(mounts.plain, off)).toBe(
    `${option}mount -o remount /home; quotacheck -cum /home; quotaon -u /home`,
  )
  expect(remedyOf(mounts.groups, off)).toContain('quotacheck -cum /home')
  expect(remedyOf(mounts.plain, counting)).toBe(`${option}mount -o remount /home; quotaon -u /home`)
  expect(remedyOf(mounts.projects, off)).toBe(
    `${option}umount /home && tune2fs -Q usrquota /dev/vdb; mount /home`,
  )
  expect(remedyOf(mounts.xfsPlain, '', 'quotaon: Mountpoint not found')).toBe(
    'add uquota to the options of /home in /etc/fstab, then: umount /home && mount /home, or reboot',
  )
  expect(obstacle(homeOf(mounts.xfsRoot), () => ({ state: 'off' }))?.text).toContain(
    'rootflags=uquota',
  )
  expect(remedyOf('', '')).toBe('put /home on ext4 or xfs: overlay keeps no disk limits per user')
  expect(obstacle(homeOf(mounts.ext4))?.text).toBe('install quota')
})

test('sees that limits were turned off by hand, though files are counted on', () => {
  expect(remedyOf(mounts.ext4, off)).toBe('run quotaon -u /home')
  expect(remedyOf(mounts.ext4, counting)).toBe('run quotaon -u /home')
  expect(remedyOf(mounts.xfsCounting, counting)).toBe('run quotaon -u /home')
  expect(remedyOf(mounts.ext4, '', 'quotaon: No such device\n')).toBe(
    'run quotaon -u /home (now: quotaon: No such device)',
  )
})

test('reads the limits out of what repquota prints', () => {
  const report = `User,BlockStatus,FileStatus,BlockUsed,BlockSoftLimit,BlockHardLimit,BlockGrace,FileUsed,FileSoftLimit,FileHardLimit,FileGrace
#0,ok,ok,13,0,0,,2,0,0,
#70001,ok,ok,2044,0,2048,,1,0,0,
#70002,ok,ok,0,0,4096,,0,0,0,
`
  expect([...limitsIn(report)]).toEqual([
    [70_001, 2 * MB],
    [70_002, 4 * MB],
  ])
})
