import { beforeAll, describe, expect, test } from 'vitest'
import type { LiveDocument } from '../../src/contract/document.ts'
import { password, removalOf } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import { everything } from './everything.ts'
import { ftp } from './ftp-client.ts'
import type { Line } from './line.ts'
import { visit } from './visitor.ts'

type Equipped = () => Promise<{ host: Host; line: Line }>

// F-170
export function describePlanting(equipped: Equipped) {
  describe('what a customer plants in his home', () => {
    let host: Host
    let line: Line
    beforeAll(async () => {
      ;({ host, line } = await equipped())
    })

    const plants = [
      'ln -s /srv/outside',
      'ln -s /srv/outside/file',
      'mkfifo',
      'ln own',
      'ln -s own',
    ]
    const tops = ['web', 'tmp', 'logs', '.ssh', '.innkeeper-new']
    const below = (id: number) =>
      [`shop${id}.test`, `more${id}.test`, 'photos', '.innkeeper-new'].map((name) => `web/${name}`)

    /** One customer for each kind and place, so that all go in one request. */
    const planters = plants.flatMap((plant, kind) =>
      [false, true].map((deep) => {
        const document = everything(82 + 2 * kind + Number(deep), 'bash')
        const paths = deep ? below(document.id) : tops
        const script = `cd; rm -rf ${tops.join(' ')}; ${deep ? 'mkdir web tmp;' : ''} touch own
        for path in ${paths.join(' ')}; do ${plant} $path || exit 1; done`
        return { document, script }
      }),
    )
    // who stands in the same request and has done nothing
    const innocent = everything(98, 'bash')
    const documents = [...planters.map(({ document }) => document), innocent]

    const plantAll = async () => {
      for (const { document, script } of planters) {
        const { name, uid } = document.user
        // su would not let in who is suspended, and what he left running may go on planting
        const as = `setpriv --reuid ${uid} --regid ${uid} --clear-groups env HOME=/home/${name}`
        const planted = await host.run([...as.split(' '), 'sh', '-c', script])
        expect(planted).toMatchObject({ code: 0 })
      }
    }
    const outside = async () =>
      (await host.sh("find /srv/outside -printf '%p %y %m %U:%G %s %T@ %C@\\n'")).stdout
    const more = ({ id, sites }: LiveDocument) => ({
      sites: [...sites, { domain: `more${id}.test`, www: false, php: '8.2' }],
    })

    test('makes root change nothing outside at any step, and keeps nobody from being suspended', async () => {
      await host.sh('mkdir -p /srv/outside; install -m 600 /dev/null /srv/outside/file')
      expect(await line.apply(documents)).toMatchObject({ ok: true })
      const untouched = await outside()

      await plantAll()
      const changed = await line.apply(
        documents.map((one) => ({ ...one, ...more(one), generation: 2 })),
      )
      expect(changed?.errors).toEqual([])
      // he is told what was in the way
      const told = changed!.subscriptions.filter(({ ok }) => !ok)
      expect(told).not.toContainEqual(expect.objectContaining({ id: innocent.id }))
      expect(told.length).toBeGreaterThan(0)
      for (const { errors } of told)
        expect(errors).toMatchObject([
          { code: 'failed', text: expect.stringContaining(' ended with ') },
        ])
      expect(await outside()).toBe(untouched)

      await plantAll()
      const state = 'suspended' as const
      const suspended = documents.map((one) => ({ ...one, ...more(one), generation: 3, state }))
      expect(await line.apply(suspended)).toMatchObject({ ok: true })
      expect(await ftp(host, documents[0]!.user.name, password).list('')).toBeUndefined()
      expect((await visit(host, 'more82.test')).status).toBe(503)
      expect(await outside()).toBe(untouched)

      await plantAll()
      await line.apply(documents.map((one) => ({ ...one, generation: 4 })))
      expect(await outside()).toBe(untouched)

      await plantAll()
      const gone = documents.map((one) => ({ ...removalOf(one), generation: 5 }))
      expect(await line.apply(gone)).toMatchObject({ ok: true })
      await expect.poll(async () => (await host.run(['ls', '/home/.innkeeper'])).stdout).toBe('')
      expect(await outside()).toBe(untouched)
      expect((await host.sh('find / -xdev -uid +70081 -uid -70099')).stdout).toBe('')
    })
  })
}
