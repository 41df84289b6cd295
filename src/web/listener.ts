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
