import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { unlessGone } from '../files.ts'
import { must, run } from '../run.ts'
import type { System } from '../system.ts'
import { trouble } from '../trouble.ts'

const PATIENCE_MS = 10_000

export const buildTables: System['buildTables'] = async (files) => {
  await must(['postmap', ...files.map((file) => `hash:${file}`)])
}

/**
 * `postfix check` looks through the whole queue, and does not read the list of services; `postconf -M`
 * reads nothing else, and `postfix status` all the rest.
 */
export const postfixTrouble: System['postfixTrouble'] = async () => {
  const [services, status] = await Promise.all([
    complaint('postconf', '-M'),
    run(['postfix', 'status']),
  ])
  return services ?? (status.code === 0 ? undefined : await complaint('postfix', 'check'))
}

async function complaint(...argv: [string, ...string[]]): Promise<string | undefined> {
  const { code, stderr } = await run(argv)
  return code === 0 ? undefined : lastWords(stderr) || `${argv.join(' ')} ended with ${code}`
}

const lastWords = (text: string): string => {
  const lines = text.trim().split('\n')
  return lines.find((line) => /fatal|error/i.test(line)) ?? lines.at(-1) ?? ''
}

/**
 * What was kept back for a suspended domain goes out at once when it comes back. A reload returns
 * before it is done: which domains are ours tells `trivial-rewrite`, and the old one must be gone.
 */
export const reloadPostfix: System['reloadPostfix'] = async () => {
  const { code } = await run(['systemctl', 'is-active', '--quiet', 'postfix@-'])
  if (code !== 0) return void (await must(['systemctl', 'start', 'postfix']))
  const old = running('trivial-rewrite')
  await must(['postfix', 'reload'])
  for (const start = Date.now(); old.some(isThere); await sleep(2))
    if (Date.now() - start > PATIENCE_MS) throw trouble('postfixStays')
  await must(['postqueue', '-f'])
}

/** Their folders in /proc. */
const running = (program: string): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^[0-9]+$/.test(pid))
    .map((pid) => `/proc/${pid}`)
    .filter((folder) => nameOf(folder) === program)

const isThere = (folder: string): boolean => nameOf(folder) !== undefined

const nameOf = (folder: string): string | undefined =>
  unlessGone(() => readFileSync(`${folder}/comm`, 'utf8').trim())

export const compileReplies: System['compileReplies'] = async (files) => {
  for (const file of files) await must(['sievec', file])
}

/** Most have nothing open: who has is asked once. One that ends meanwhile is no fault. */
export const endMailSessions: System['endMailSessions'] = async (addresses) => {
  const { stdout } = await run(['doveadm', 'who', '-1'])
  const open = new Set(stdout.split('\n').map((line) => line.split(/\s/)[0]))
  for (const address of addresses.filter((one) => open.has(one)))
    await run(['doveadm', 'kick', address])
}

/**
 * mlmmj works in these folders as the user `list` and takes mail from anybody: root puts nothing into
 * them. A line with `=` names a file, `-` one to take away; what follows a `+` goes into the file.
 */
const script = `
set -e
umask 077
folder=$1
mkdir -p -- "$folder"
cd -- "$folder"
mkdir -p incoming queue/discarded archive text subconf unsubconf bounce control moderation \\
  requeue subscribers.d digesters.d nomailsubs.d
[ -e index ] || : > index
file=
finish() { [ -z "$file" ] || mv -T -- "$file.new" "$file"; }
while IFS= read -r line; do
  case $line in
    =*) finish; file=\${line#=}; exec 3> "$file.new" ;;
    -*) rm -f -- "\${line#-}" ;;
    +*) printf '%s\\n' "\${line#+}" >&3 ;;
  esac
done
finish`

export const writeList: System['writeList'] = async (folder, files) => {
  const lines = Object.entries(files).flatMap(([file, text]) =>
    text === null ? [`-${file}`] : [`=${file}`, ...text.split('\n').map(plus)],
  )
  const as = ['--reuid', 'list', '--regid', 'list', '--clear-groups']
  await must(['setpriv', ...as, 'sh', '-c', script, 'sh', folder], {
    input: `${lines.join('\n')}\n`,
    asCustomer: true,
  })
}

const plus = (line: string): string => `+${line}`
