import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'
import type { System, Tested } from '../system.ts'

interface Test {
  argv: [string, ...string[]]
  /** The one line of what it says that names the file. */
  said: RegExp
}

/** How each reads all its files, without being started. */
const tests: Record<Tested, Test> = {
  nginx: { argv: ['nginx', '-t', '-q'], said: /\[emerg\] [0-9#: ]*(.*)/ },
  ssh: { argv: ['sshd', '-t'], said: /(.* line [0-9]+: .*)/ },
  // ends well whatever it has found
  proftpd: { argv: ['proftpd', '--configtest'], said: /fatal: (.*)/ },
  mariadb: {
    argv: ['mariadbd', '--user=mysql', '--help', '--verbose'],
    said: /(?:\[ERROR\]|^error:) (.*)/m,
  },
  clamd: { argv: ['clamd', '--version'], said: /ERROR: (Parse error.*)/ },
  dovecot: { argv: ['doveconf', '-n'], said: /(?:Fatal|Error): (.*)/ },
}

export const troubleWith: System['troubleWith'] = async (service) => {
  const { argv, said } = tests[service]
  const { code, stderr } = await run(argv)
  if (code === 127) return undefined
  const trouble = said.exec(stderr)?.[1]
  if (code === 0 && trouble === undefined) return undefined
  const words = trouble ?? stderr.trim().split('\n').at(-1) ?? `${argv[0]} ended with ${code}`
  return service === 'mariadb' ? `${words}${fileWith(words)}` : words
}

const MYSQL = '/etc/mysql'

/** MariaDB names the variable that it does not know, and not where it stands. */
function fileWith(words: string): string {
  const name = /unknown variable '([^'=]+)/.exec(words)?.[1]
  if (!name) return ''
  const line = new RegExp(`^\\s*${name.replaceAll(/[^a-zA-Z0-9]/g, '.')}\\b`, 'm')
  const files = readdirSync(MYSQL, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.cnf'))
    .map((file) => join(MYSQL, file))
  const found = files.find((file) => line.test(readFileSync(file, 'utf8')))
  return found ? ` in ${found}` : ''
}
