// Plain JavaScript for whatever Node is at hand: brings the project's own Node and packages, then leaves.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.innkeeper-installed')
const windows = process.platform === 'win32'

const [major] = process.versions.node.split('.').map(Number)
if (major < 18) {
  stop(`Innkeeper needs Node 18 or newer to install itself; this is ${process.version}.`)
}

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(readFileSync(join(root, 'src/db/postgres-3.4.9.patch')))
  .digest('hex')
const omit = process.argv.includes('--omit=dev')
const have = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''

// A full install also serves a start, a start's install does not serve the tests.
if (have !== `${wanted} all` && !(omit && have === `${wanted} start`)) {
  console.log('Installing packages, this takes a minute the first time …')
  const npm = process.env.npm_execpath
  const args = ['ci', '--ignore-scripts', ...(omit ? ['--omit=dev'] : [])]
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], {
        cwd: root,
        stdio: ['ignore', 2, 2],
      })
    : spawnSync('npm', args, {
        cwd: root,
        stdio: ['ignore', 2, 2],
        shell: windows,
      })
  if (done.status !== 0) stop('Installing the packages failed; npm says why above.')
  await import('./mend.mjs')
  writeFileSync(stamp, `${wanted} ${omit ? 'start' : 'all'}`)
}

// npm puts node_modules/.bin first on the PATH, so this is the Node the next step will run on.
const found = spawnSync('node', ['--version'], {
  encoding: 'utf8',
  shell: windows,
})
const [newMajor, newMinor] = found.stdout.trim().slice(1).split('.').map(Number)
if (newMajor < 22 || (newMajor === 22 && newMinor < 18)) {
  stop(
    `Innkeeper brings its own Node on Linux; on this system it needs Node 22.18 or newer, and this is ${found.stdout.trim()}.`,
  )
}

/** @param {string} sentence */
function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}
