import { must, run } from '../run.ts'
import type { System } from '../system.ts'

export const buildTables: System['buildTables'] = async (files) => {
  await must(['postmap', ...files.map((file) => `hash:${file}`)])
}

/** `postfix check` does not read the list of services, `postconf -M` reads nothing else. */
export const postfixTrouble: System['postfixTrouble'] = async () => {
  for (const argv of [['postconf', '-M'] as const, ['postfix', 'check'] as const]) {
    const { code, stderr } = await run([...argv])
    if (code !== 0) return lastWords(stderr) || `${argv.join(' ')} ended with ${code}`
  }
  return undefined
}

const lastWords = (text: string): string => {
  const lines = text.trim().split('\n')
  return lines.find((line) => /fatal|error/i.test(line)) ?? lines.at(-1) ?? ''
}

/** What was kept back for a suspended domain goes out at once when it comes back. */
export const reloadPostfix: System['reloadPostfix'] = async () => {
  const { code } = await run(['systemctl', 'is-active', '--quiet', 'postfix@-'])
  if (code !== 0) return void (await must(['systemctl', 'start', 'postfix']))
  await must(['postfix', 'reload'])
  await must(['postqueue', '-f'])
}

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
