import { describe, expect, test } from 'vitest'
import { numbered, removalOf } from '../contract/cast.ts'
import type { Host } from '../hosts/host.ts'
import type { Line } from './line.ts'
import { type PreparedHost, settledState } from './prepared-host.ts'
import { visit } from './visitor.ts'

type Enrolled = () => PreparedHost & { line: Line }

export function describeHostile(enrolled: Enrolled) {
  const one = async (document: Parameters<Line['apply']>[0][number]) => {
    const result = await enrolled().line.apply([document])
    return result!.subscriptions[0]!
  }

  describe('a customer who means harm', () => {
    test('cannot lead the web server to what is not his', async () => {
      const { host } = enrolled()
      const [victim, thief] = [numbered(43), numbered(44)]
      await enrolled().line.apply([victim, thief])
      await upload(host, 'cato43/web/shop43.test/secret.txt', 'secret', '640')
      const get = async (name: string, path: string) => (await visit(host, name, path)).status
      expect(await get('shop43.test', '/secret.txt')).toBe(200)

      const secret = '/home/cato43/web/shop43.test/secret.txt'
      await as(host, 'cato44', `ln -s /etc/passwd ${secret} ~/web/shop44.test/`)
      expect(await get('shop44.test', '/passwd')).not.toBe(200)
      expect(await get('shop44.test', '/secret.txt')).not.toBe(200)
      await as(host, 'cato44', 'rm -r ~/web/shop44.test')
      await as(host, 'cato44', 'ln -s /home/cato43/web/shop43.test ~/web/shop44.test')
      expect(await get('shop44.test', '/secret.txt')).not.toBe(200)
      await as(host, 'cato44', 'rm -r ~/web; ln -s /home/cato43/web ~/web')
      expect(await get('shop44.test', '/../shop43.test/secret.txt')).not.toBe(200)

      // root makes nothing where his links lead
      await as(host, 'cato44', 'rm -rf ~/web; ln -s /etc/innkeeper ~/web')
      const result = await one({ ...thief, generation: 2 })
      expect(result).toMatchObject({ ok: false, errors: [{ code: 'failed' }] })
      expect((await host.run(['ls', '/etc/innkeeper'])).stdout).not.toContain('shop')
      await enrolled().line.apply([removalOf(victim), removalOf({ ...thief, generation: 2 })])
      expect((await host.run(['ls', '/etc/innkeeper'])).stdout).toContain('ssh.allow')
    })

    test('who stops what runs as him does not stop the host', async () => {
      const { host } = enrolled()
      const stopper = numbered(47)
      await one(stopper)
      const cato = ['setpriv', '--reuid', 'cato47', '--regid', 'cato47', '--clear-groups']
      const perl = host.run([...cato, 'perl', '-e', 'while (1) { kill STOP => -1 }'])
      const stopping = expect(perl).rejects.toThrow('SIGKILL')
      const running = () => host.run(['pgrep', '-u', '70047', '-x', 'perl'])
      await expect.poll(async () => (await running()).code).toBe(0)
      const more = { domain: 'more47.test', www: false, php: null }
      const result = one({ ...stopper, generation: 2, sites: [...stopper.sites, more] })

      // of a group that is not his at all: with one more beside his own he could take it over; stopped
      // soon enough it has not even taken off root's, and nothing of his has begun
      const others = 'ps -u 70047 -o pid=,comm= | awk \'$2 != "perl" { print $1 }\''
      const working = () => host.sh(`for pid in $(${others}); do cat /proc/$pid/status; done`)
      await expect.poll(async () => (await working()).stdout).toMatch(/^Gid:(\t33){4}$/m)
      expect((await working()).stdout).toMatch(
        /^Groups:\s*(33)?\s*$|^Name:\tsetpriv\n(.*\n)*Groups:\t0 $/m,
      )
      expect(await result).toMatchObject({ ok: false, errors: [{ code: 'failed' }] })
      expect(await one(numbered(48))).toMatchObject({ ok: true })
      expect(await one({ ...removalOf(stopper), generation: 3 })).toMatchObject({ ok: true })
      await stopping
      await one(removalOf(numbered(48)))
    })

    test('cannot take over what works for him with the rights of the web server', async () => {
      const { host } = enrolled()
      const as = (gid: string, command: string) =>
        host.sh(`setpriv --reuid 70049 --regid ${gid} --clear-groups ${command}`)
      await as('33', 'sleep 60 > /dev/null 2>&1 &')
      const sleeper = async () =>
        (await host.run(['pgrep', '-u', '70049', '-x', 'sleep'])).stdout.trim()
      await expect.poll(sleeper).not.toBe('')
      const pid = await sleeper()
      const attach = `perl -e 'syscall(101, 16, ${pid}, 0, 0) == 0 or die $!'`
      expect((await as('70049', attach)).stderr).toContain('Operation not permitted')
      expect((await as('70049', `ls /proc/${pid}/fd`)).code).not.toBe(0)
      await host.run(['kill', pid])
    })

    // F-9, F-10
    test('cannot smuggle commands in by the names of his files', async () => {
      const { host } = enrolled()
      const smuggler = numbered(45)
      await one(smuggler)
      const names = ['$(touch CANARY)', '`touch CANARY`', '-rf', '; touch CANARY', 'a\nb', '\'"']
      const quoted = names.map((name) => `'${name.replaceAll("'", "'\\''")}'`).join(' ')
      await as(host, 'cato45', `for d in ~ ~/web /tmp /dev/shm; do cd $d; mkdir -- ${quoted}; done`)
      await as(host, 'cato45', 'chfn -r "x,innkeeper 46" 2>/dev/null; ln -s / ~/root; true')

      const more = { domain: 'more.test', www: false, php: '8.2' }
      expect(await one({ ...smuggler, generation: 2, sites: [more] })).toMatchObject({ ok: true })
      await one({ ...smuggler, generation: 3, state: 'suspended' })
      expect(await one({ ...removalOf(smuggler), generation: 4 })).toMatchObject({ ok: true })
      await settledState(host)
      expect((await host.sh('ls -d /CANARY ~/CANARY /home/*/CANARY')).stdout).toBe('')
      expect((await host.sh('find / -xdev -uid 70045')).stdout).toBe('')
      expect((await host.run(['ls', '/etc/passwd'])).code).toBe(0)
    })
  })
}

export async function upload(host: Host, path: string, text: string, mode = '644') {
  const file = `/home/${path}`
  const owner = path.slice(0, path.indexOf('/'))
  const script = `cat > ${file} && chown ${owner}:www-data ${file} && chmod ${mode} ${file}`
  await host.sh(script, { input: text })
}

async function as(host: Host, user: string, script: string) {
  const ran = await host.run(['su', '-s', '/bin/sh', '-', user, '-c', script])
  expect(ran).toMatchObject({ code: 0 })
}
