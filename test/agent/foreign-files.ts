import { describe, expect, test } from 'vitest'
import type { Document, LiveDocument } from '../../src/contract/document.ts'
import { numbered, removalOf } from '../contract/cast.ts'
import type { Line } from './line.ts'
import { type PreparedHost, setUp } from './prepared-host.ts'
import { logIn, visit } from './visitor.ts'

type Enrolled = () => PreparedHost & { line: Line }

// F-155
export function describeForeignFiles(enrolled: Enrolled) {
  const ini = '/etc/php/8.2/fpm/conf.d/99-foreign.ini'
  const settings = (memory: number) => ({ memory, upload: 2 ** 20, displayErrors: false })
  const fresh = numbered(52)
  const old = numbered(51, { phpSettings: settings(2 ** 27) })
  const changed: LiveDocument = { ...old, phpSettings: settings(2 ** 28) }
  let generation = 0
  const says = '<?php echo ini_get("memory_limit");'

  describe("somebody else's bad file", () => {
    test.each([
      ['makes PHP end', 'opcache.preload = /nowhere.php', ''],
      ['PHP cannot read', 'memory_limit = (', ''],
      ['makes PHP end without saying where', 'opcache.memory_consumption = 100000000', ''],
    ])('that %s is named; PHP is as it was, and as wanted once it is gone', async (_, text) => {
      const { host } = enrolled()
      const apply = (...documents: Document[]) =>
        enrolled().line.apply(documents.map((one) => ({ ...one, generation: ++generation })))
      expect(await apply(old)).toMatchObject({ ok: true })
      const page = '/home/cato51/web/shop51.test/index.php'
      await host.sh(`printf '%s' '${says}' > ${page}; chmod 644 ${page}`)
      expect(await visit(host, 'shop51.test')).toEqual({ status: 200, text: String(2 ** 27) })
      const files = () => host.sh('cat /etc/innkeeper/php/*')
      const before = await files()

      await host.sh(`echo '${text}' > ${ini}`)
      const refused = await apply(changed, fresh)
      expect(refused?.subscriptions).toMatchObject([
        { ok: false, errors: [{ code: 'failed', said: { code: 'phpGoesOn' } }] },
        { ok: false, errors: [{ text: expect.stringContaining(ini) }] },
      ])
      expect(await visit(host, 'shop51.test')).toEqual({ status: 200, text: String(2 ** 27) })
      expect(await files()).toEqual(before)
      // what has nothing to do with PHP goes on, and suspending too
      expect(await apply({ ...old, state: 'suspended' })).toMatchObject({ ok: true })
      expect((await visit(host, 'shop51.test')).status).toBe(503)

      await host.run(['rm', ini])
      expect(await apply(changed, fresh)).toMatchObject({ ok: true })
      await expect
        .poll(() => visit(host, 'shop51.test'))
        .toEqual({ status: 200, text: String(2 ** 28) })
      expect((await visit(host, 'shop52.test')).status).toBe(200)
      await apply(removalOf(changed), removalOf(fresh))
    })

    test('keeps sshd from being set up anew, is named, and is no matter once it is gone', async () => {
      const { host } = enrolled()
      const [foreign, own] = ['60-foreign', '50-innkeeper'].map(
        (name) => `/etc/ssh/sshd_config.d/${name}.conf`,
      )
      const { stdout } = await host.run(['cat', '/var/lib/innkeeper-login/.ssh/authorized_keys'])
      const publicKey = stdout.slice(stdout.indexOf('ssh-ed25519')).trim()
      // what an older agent wrote; a reload is over before it is read, and would read the bad one too
      await host.sh(`echo '# of before' > ${own}; systemctl restart ssh`)
      await host.sh(`echo 'Nonsense yes' > ${foreign}`)
      const refused = await setUp(host, publicKey)
      expect(refused).toMatchObject({ ok: false, error: expect.stringContaining(foreign!) })
      expect((await host.run(['cat', own!])).stdout).toBe('# of before\n')
      expect((await host.run(['systemctl', 'is-active', 'ssh'])).stdout).toBe('active\n')
      const login = await logIn(host, 'root', { privateKey: host.rootKey.text })
      expect(await login?.run('id -un')).toMatchObject({ stdout: 'root\n' })
      login?.close()

      await host.run(['rm', foreign!])
      expect(await setUp(host, publicKey)).toMatchObject({ ok: true, changed: ['sshd'] })
      expect((await host.run(['sshd', '-T', '-C', 'user=innkeeper'])).stdout).toContain(
        'passwordauthentication no',
      )
    })
  })
}
