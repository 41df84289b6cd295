import { makeFirstAdmin } from './auth/first-admin.ts'
import { sealingKey } from './auth/sealing.ts'
import { type Config, readConfig } from './config.ts'
import { takeFolder } from './db/folder.ts'
import { openDatabase } from './db/open.ts'
import { panelKey } from './hosts/connection/panel-key.ts'
import { openHosts } from './hosts/connection/pool.ts'
import { ensureFirstHost } from './hosts/first-sandbox.ts'
import { handlers } from './runner/handlers.ts'
import { startRunner } from './runner/runner.ts'
import { tasks } from './runner/tasks.ts'
import { serveInProcesses } from './web/processes.ts'
import { serve } from './web/serving.ts'

export interface Innkeeper {
  /** where it answers */
  url: string
  /** the first admin's, at the first start only */
  password: string | null
  /** Lets pages and jobs under way end, then stops everything that `start` started. */
  stop(): Promise<void>
}

/** @throws {Error} with one plain sentence when it cannot start; nothing is left running then */
export async function start(config: Config): Promise<Innkeeper> {
  const ends: (() => unknown)[] = []
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    ends.push(takeFolder(config.dataFolder, { alone: config.databaseUrl === null }))
    const { db, url, close } = await openDatabase(config.databaseUrl, config.dataFolder)
    ends.push(close)
    const key = panelKey(config.dataFolder)
    const secret = sealingKey(config.dataFolder)
    const hosts = openHosts({ db, dataFolder: config.dataFolder, key })
    ends.push(hosts.close)
    const { webProcesses, ...rest } = config
    const place = { ...rest, databaseUrl: url, panelPublicKey: key.public }
    const web = await (webProcesses > 1 ? serveInProcesses(webProcesses, place) : serve(place))
    ends.push(web.close)

    await ensureFirstHost(db)
    const runner = await startRunner({ url, handlers, tasks, hosts, sealingKey: secret })
    ends.push(() => runner.stop())
    // Last: a start that failed before must not have used up the one showing of the password.
    const password = await makeFirstAdmin(db)
    return { url: config.origin ?? `http://localhost:${web.port}`, password, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

if (import.meta.main) {
  try {
    const { url, password, stop } = await start(readConfig(process.env))
    const login = `Log in as “admin” with the password ${password} (it is shown only this once).`
    console.log([`Innkeeper is ready: ${url}`, ...(password ? [login] : [])].join('\n'))
    let stopping = false
    // npm passes on the Ctrl-C that the terminal has sent to us as well: the second is the same one.
    const leave = async () => {
      if (stopping) return
      stopping = true
      console.log('Stopping …')
      await stop()
      process.exit(0)
    }
    process.on('SIGINT', leave)
    process.on('SIGTERM', leave)
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
