import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { limitsIn } from '../../src/agent/debian/disk-limits.ts'
import { mountOf, obstacle } from '../../src/agent/debian/home-mount.ts'
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
  xfsPlain:
    '28 24 254:48 / /home rw,relatime - xfs /dev/vdd rw,attr2,inode64,logbufs=8,logbsize=32k,noquota',
  xfs: '28 24 254:48 / /home rw,relatime - xfs /dev/vdd rw,attr2,inode64,logbufs=8,logbsize=32k,usrquota',
  xfsCounting:
    '28 24 254:48 / /home rw,relatime - xfs /dev/vdd rw,attr2,inode64,logbufs=8,logbsize=32k,uqnoenforce',
  root: '24 1 254:0 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a:/b',
  beside: '30 24 254:64 / /home2 rw - ext4 /dev/vde rw,usrquota',
  odd: '31 24 254:64 / /home\\040of\\040x rw - ext4 /dev/vde rw',
}
const homeOf = (...lines: string[]) => mountOf(lines.join('\n'), '/home')
const saidOf = (...lines: string[]) => obstacle(homeOf(...lines), true)?.text

test('finds the file system that /home lies on', () => {
  expect(homeOf(mounts.root, mounts.ext4, mounts.beside)).toMatchObject({ point: '/home' })
  expect(homeOf(mounts.root, mounts.beside, mounts.odd)).toMatchObject({ point: '/' })
  expect(mountOf(mounts.odd, '/home of x/cato')).toMatchObject({ point: '/home of x' })
  // mounted twice: the last one is on top
  expect(homeOf(mounts.plain, mounts.xfs)).toMatchObject({ type: 'xfs' })
  expect(homeOf('', 'nonsense')).toMatchObject({ type: 'unknown' })
})

// P-56
test('says what is in the way of limits, in words that can be followed', () => {
  expect(saidOf(mounts.root, mounts.ext4)).toBeUndefined()
  expect(saidOf(mounts.root, mounts.xfs)).toBeUndefined()
  expect(saidOf(mounts.root, mounts.plain)).toContain('add usrquota to the options of /home')
  expect(saidOf(mounts.root, mounts.xfsPlain)).toContain('with the option uquota')
  expect(saidOf(mounts.root, mounts.xfsCounting)).toContain('with the option uquota')
  expect(saidOf(mounts.root)).toBe(
    'put /home on ext4 or xfs: overlay keeps no disk limits per user',
  )
  expect(obstacle(homeOf(mounts.ext4), false)?.text).toBe('install quota')
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
