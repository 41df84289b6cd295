import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { App } from './app.ts'

/**
 * The HTTP server, not yet listening. Whoever writes slowly is cut off before many of them could
 * hold all our sockets (F-127); Node itself refuses headers over 16 kB with 431 (F-129) and what
 * is ambiguous about a body's length with 400 (F-128).
 */
export function createListener(app: App): Server {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
    },
  }) as Server
  server.maxConnections = 5_000
  return server
}

/** @throws {Error} with one plain sentence when it may not */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
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
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  // A browser keeps its connection after an answer, and would hold us up with nothing to say.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const patience = setTimeout(() => server.closeAllConnections(), 10_000)
  await closed
  clearInterval(idle)
  clearTimeout(patience)
}
