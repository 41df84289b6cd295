import { chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../run.ts'
import type { System } from '../system.ts'

const TEST = '/run/innkeeper/php-test.conf'

/**
 * All of them in one go, never as root. What PHP cannot read in its own files it leaves out with all
 * that follows, and says that all is well: a host must not lose settings of its admin unnoticed.
 */
export const phpTrouble: System['phpTrouble'] = async (version, pools) => {
  rmSync(TEST, { force: true })
  writeFileSync(TEST, pools.join('\n'), { mode: 0o640, flag: 'wx' })
  // the folder is the web server's too, and nobody else gets into it
  chownSync(TEST, 0, statSync(dirname(TEST)).gid)
  const as = ['--reuid', 'nobody', '--regid', 'www-data', '--clear-groups']
  const test = [`php-fpm${version}`, '--test', '--fpm-config', TEST]
  const { code, stderr } = await run(['setpriv', ...as, ...test])
  rmSync(TEST, { force: true })
  const unread = /syntax error,? (.* in \/.*)/.exec(stderr)?.[0]
  if (unread || code === 0) return unread
  const words = /(?:Fatal error:|Fatal Error|ERROR:) +(.*)/.exec(stderr)?.[1] ?? stderr.trim()
  return words.includes('/etc/php') ? words : `${words} in ${culprits(version, words)}`
}

/** What stops PHP seldom says where that stands: the file with a name of it, else all that no package brought. */
function culprits(version: string, words: string): string {
  const folder = `/etc/php/${version}/fpm`
  const main = join(folder, 'php.ini')
  const added = readdirSync(join(folder, 'conf.d'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ini'))
    .map(({ name }) => join(folder, 'conf.d', name))
  const named = /'([^']+)'/.exec(words)?.[1]
  const has = (file: string) => named !== undefined && readFileSync(file, 'utf8').includes(named)
  return [...added, main].find(has) ?? (added.join(', ') || main)
}
