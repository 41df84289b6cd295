import { expect, test } from 'vitest'
import { Usage } from '../../src/contract/messages.ts'
import { password, removalOf } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { everything } from './everything.ts'
import { ftp } from './ftp-client.ts'
import type { Line } from './line.ts'
import { visit } from './visitor.ts'

const MB = 1024 * 1024
const many = 100_000

/** What they do to their homes: as the customer, in perl, for a shell would take minutes. */
const plants: Record<string, string> = {
  // a name that the agent uses itself
  flat: `mkdir 'web/.innkeeper-new'; chdir 'web/.innkeeper-new' or die;
    for (1..${many}) { open my $file, '>', $_ or die }`,
  // a path of many times the length that the kernel takes
  deep: `chdir 'tmp' or die; for (1..3000) { my $name = 'd' x 255; mkdir $name; chdir $name or die }
    symlink '/srv/outside', 'out'; open my $file, '>', 'last'; print $file 'x' x 3_000_000`,
  named: `chdir 'web' or die; for (1..2000) { open my $file, '>', 'n' x 251 . sprintf('%04d', $_) or die }
    mkdir "line\\nbreak" or die; open my $file, '>', "\\xff\\xfe \\$(touch x)" or die`,
}

// F-170
export function describeHuge(equipped: () => Promise<{ host: Host; line: Line }>) {
  test('huge, deep and long-named folders keep nobody waiting, and lead root nowhere', async () => {
    const { host, line } = await equipped()
    const planters = Object.values(plants).map((program, n) => {
      const document = everything(100 + n, 'bash')
      return { document, program }
    })
    const innocent = everything(110, 'bash')
    const all = [...planters.map(({ document }) => document), innocent]
    const flat = all[0]!
    let generation = 0
    const apply = async (changes: object, documents = all) =>
      (await line.apply(documents.map((one) => ({ ...one, ...changes, generation }))))!
    const next = () => ++generation
    const entries = async () => {
      const folder = `/home/${flat.user.name}/web/.innkeeper-new`
      return Number((await host.sh(`ls -U ${folder} | wc -l`)).stdout)
    }
    const measured = async () => {
      await host.run(['systemctl', 'start', 'innkeeper-measure.service'])
      const subscriptions = all.map(({ id }) => ({ id, timeZone: 'UTC' }))
      const usage = Usage.parse(await line.ask({ type: 'usage', subscriptions }))
      return usage.subscriptions.map(({ disk }) => disk!)
    }
    await host.sh('mkdir -p /srv/outside; head -c 9M /dev/zero > /srv/outside/large')
    const outside = async () =>
      (await host.sh("find /srv/outside -printf '%p %m %U:%G %s %T@ %C@\\n'")).stdout
    const untouched = await outside()

    await host.run(['systemctl', 'stop', 'innkeeper-measure.timer'])
    next()
    expect(await apply({})).toMatchObject({ ok: true })
    for (const { document, program } of planters) {
      const { name, uid } = document.user
      const as = ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups']
      const planted = `chdir '/home/${name}' or die; ${program}`
      expect(await host.run([...as, 'perl', '-e', planted])).toMatchObject({ code: 0 })
    }

    // a limit is judged by what was measured, not by looking through all of it now
    const promised = { disk: MB, perl: false, cgi: false, virusScan: false }
    const deep = ftp(host, all[1]!.user.name, password)
    next()
    expect(await apply({ promised })).toMatchObject({ ok: true })
    expect(await deep.upload('small', 'x')).toBe(true)
    const uses = await measured()
    for (const [n, { user }] of all.entries()) {
      const bytes = await host.sh(`du -s -x --block-size=1 /home/${user.name} | cut -f 1`)
      const { home, web } = uses[n]!
      expect([user.name, home + web]).toEqual([user.name, Number(bytes.stdout)])
    }
    expect(await deep.upload('small', 'x')).toBe(false)
    expect(await ftp(host, innocent.user.name, password).upload('small', 'x')).toBe(true)

    next()
    const more = ({ id, sites }: (typeof all)[number]) => ({
      sites: [...sites, { domain: `more${id}.test`, www: false, php: '8.2' }],
    })
    const changed = await apply(
      {},
      all.map((one) => ({ ...one, ...more(one) })),
    )
    expect(changed.subscriptions.map(({ ok }) => ok)).toEqual([false, true, true, true])
    // he is told what is in the way, and nobody has taken the time to delete it
    expect(changed.subscriptions[0]?.errors[0]?.text).toContain('.innkeeper-new')
    expect(await entries()).toBe(many)
    expect((await visit(host, `more${innocent.id}.test`)).status).toBe(200)

    next()
    expect(await apply({ state: 'suspended' })).toMatchObject({ ok: true })
    expect((await visit(host, `shop${flat.id}.test`)).status).toBe(503)
    expect(await entries()).toBe(many)

    const gone = await line.apply(all.map((one) => ({ ...removalOf(one), generation: 9 })))
    expect(gone).toMatchObject({ ok: true })
    // whoever is served meanwhile does not begin it once more
    const others = everything(111, 'bash')
    for (const generation of [1, 2, 3]) {
      expect(await line.apply([{ ...others, generation }])).toMatchObject({ ok: true })
      expect(Number((await host.sh('pgrep -c -x rm')).stdout)).toBeLessThanOrEqual(1)
    }
    await expect.poll(async () => (await host.run(['ls', '/home/.innkeeper'])).stdout).toBe('')
    expect(await outside()).toBe(untouched)
    expect((await host.sh('find / -xdev -uid +70099 -uid -70111')).stdout).toBe('')
    await line.apply([{ ...removalOf(others), generation: 9 }])
    await host.run(['systemctl', 'start', 'innkeeper-measure.timer'])
  })
}
