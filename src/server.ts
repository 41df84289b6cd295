import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeFirstAdmin } from './auth/first-admin.ts'
import { sealingKey } from './auth/sealing.ts'
import { type Config, readConfig } from './config.ts'
import { takeFolder } from './db/folder.ts'
import { openDatabase } from './db/open.ts'
import { panelKey } from './hosts/connection/panel-key.ts'
import { openHosts } from './hosts/connection/pool.ts'
import { ensureFirstHost } from './hosts/first-sandbox.ts'
import { jobWatch } from './jobs/watch.ts'
import { handlers } from './runner/handlers.ts'
import { startRunner } from './runner/runner.ts'
import { tasks } from './runner/tasks.ts'
import { type App, createApp } from './web/app.ts'
import { createListener } from './web/listener.ts'

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
    const jobs = await jobWatch(db)
    ends.push(jobs.close)

    const app = createApp({
      db,
      jobs,
      sealingKey: secret,
      panelPublicKey: key.public,
      settings: {
        publicOrigin: config.origin,
        secureCookies: config.origin?.startsWith('https:') ?? false,
        strictTransport: config.origin?.startsWith('https:') ?? false,
        trustedProxies: config.trustedProxies,
      },
    })
    const server = await listen(app, config)
    ends.push(() => closeServer(server))

    await ensureFirstHost(db)
    const runner = await startRunner({ url, handlers, tasks, hosts, sealingKey: secret })
    ends.push(() => runner.stop())
    // Last: a start that failed before must not have used up the one showing of the password.
    const password = await makeFirstAdmin(db)
    const { port } = server.address() as AddressInfo
    return { url: config.origin ?? `http://localhost:${port}`, password, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function listen(app: App, { host, port }: Config): Promise<Server> {
  const server = createListener(app).listen(port, host)
  try {
    await once(server, 'listening')
    return server
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, host, port)
  }
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} is in use; set PORT to another one.`)
    case 'EACCES':
      return new Error(`This user may not open port ${port}; set PORT to one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${host} is not an address of this machine; check HOST.`)
    default:
      return error
  }
}

/** Answers under way are finished, for ten seconds at the most (F-137). */
async function closeServer(server: Server) {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), 10_000)
  await closed
  clearTimeout(patience)
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
