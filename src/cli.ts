import { parseArgs } from 'node:util'
import { systemActor } from './audit/actor.ts'
import { rescueLogin } from './auth/rescue.ts'
import { sealingKey } from './auth/sealing.ts'
import { readConfig } from './config.ts'
import { disconnect } from './db/database.ts'
import { joinDatabase } from './db/open.ts'
import { Refusal } from './errors.ts'
import { listHosts } from './hosts/access.ts'
import { enrolFromShell } from './hosts/enrolment-dialogue.ts'
import { statusOf } from './hosts/status.ts'
import { jobWatch } from './jobs/watch.ts'
import { translator } from './web/i18n.ts'

const usage = `The same rules as the panel, from a shell on its machine, while it runs:

  npm run innkeeper -- host add NAME ADDRESS [--port 22] [--fingerprint SHA256:…]
      prepares a Debian machine; asks for root's password (empty: the panel's key
      stands in root's authorized_keys). With --fingerprint it does not ask whether
      the key is the right one, and reads the password from standard input.
  npm run innkeeper -- host list
  npm run innkeeper -- login reset NAME
      for who cannot log in any more: a new password, and no second factor.
`

const actor = systemActor('command line')

async function main(args: string[]) {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { port: { type: 'string', default: '22' }, fingerprint: { type: 'string' } },
  })
  const [noun, verb, ...rest] = positionals
  const { databaseUrl, dataFolder } = readConfig(process.env)

  switch (`${noun} ${verb} ${rest.length}`) {
    case 'host list 0':
      return withDatabase(databaseUrl, dataFolder, async (db) => {
        for (const { name, address, state, subscriptions } of await listHosts(db, actor)) {
          const { count, more } = subscriptions
          const there = more ? `more than ${count}` : `${count}`
          console.log([name, address, statusOf[state].label, there].join('\t'))
        }
      })
    case 'host add 2':
      return withDatabase(databaseUrl, dataFolder, async (db) => {
        const [name, address] = rest as [string, string]
        const jobs = await jobWatch(db)
        const place = { name, address, port: Number(values.port) }
        const tools = { db, jobs, sealingKey: sealingKey(dataFolder), actor }
        await enrolFromShell(tools, place, values.fingerprint ?? null).finally(jobs.close)
      })
    case 'login reset 1':
      return withDatabase(databaseUrl, dataFolder, async (db) => {
        console.log(await rescueLogin(db, actor, rest[0]!))
      })
    default:
      throw new Error(usage)
  }
}

async function withDatabase(
  url: string | null,
  folder: string,
  work: (db: Awaited<ReturnType<typeof joinDatabase>>) => Promise<void>,
) {
  const db = await joinDatabase(url, folder)
  await work(db).finally(() => disconnect(db))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const { message } = error as Error
  console.error(error instanceof Refusal ? translator('en')(message, error.words) : message)
  process.exitCode = 1
}
