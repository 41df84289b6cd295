import type { AddressInfo } from 'node:net'
import { sealingKey } from '../auth/sealing.ts'
import type { Config } from '../config.ts'
import { connectForPages, disconnect } from '../db/database.ts'
import { jobWatch } from '../jobs/watch.ts'
import { createApp } from './app.ts'
import { closeServer, createListener, listen } from './listener.ts'

/** All that a process needs to know to answer requests; it can be sent to another one. */
export interface Place
  extends Pick<Config, 'dataFolder' | 'host' | 'port' | 'origin' | 'trustedProxies'> {
  databaseUrl: string
  panelPublicKey: string
}

export interface Served {
  port: number
  /** Lets the answers under way end. */
  close(): Promise<void>
}

/** @throws {Error} with one plain sentence when it cannot listen there; nothing is left running then */
export async function serve(place: Place): Promise<Served> {
  const { dataFolder, host, port, origin, trustedProxies, databaseUrl, panelPublicKey } = place
  const db = connectForPages(databaseUrl)
  try {
    const jobs = await jobWatch(db)
    const secure = origin?.startsWith('https:') ?? false
    const app = createApp({
      db,
      jobs,
      sealingKey: sealingKey(dataFolder),
      panelPublicKey,
      settings: {
        publicOrigin: origin,
        secureCookies: secure,
        strictTransport: secure,
        trustedProxies,
      },
    })
    const server = createListener(app)
    await listen(server, host, port)
    return {
      port: (server.address() as AddressInfo).port,
      async close() {
        await closeServer(server)
        await jobs.close()
        await disconnect(db)
      },
    }
  } catch (error) {
    await disconnect(db)
    throw error
  }
}
