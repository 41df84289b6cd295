import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Env } from '../web/env.ts'
import { answering } from './answering.ts'
import { described } from './document.ts'
import { honoPath } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { missing, problem } from './problem.ts'
import { byToken, spoken } from './program.ts'

/** The rules of the pages as JSON, for programs (M-30). Cookies mean nothing here, so nothing is forged. */
export const apiRoutes = new Hono<Env>()
  .use(spoken)
  .get('/openapi.json', (c) => c.json(described()))

apiRoutes.use(byToken)
for (const endpoint of endpoints) {
  apiRoutes.on(endpoint.method, honoPath(endpoint.path), answering(endpoint))
}
apiRoutes.all('*', (c) => {
  const others = methodsAt(c.req.path)
  if (others.length === 0) return missing(c)
  c.header('Allow', others.join(', '))
  return problem(new HTTPException(405, { message: 'This address cannot be asked that way.' }), c)
})
apiRoutes.onError((error, c) => problem(error, c))

function methodsAt(path: string): string[] {
  return endpoints.filter(({ path: own }) => pattern(own).test(path)).map(({ method }) => method)
}

const pattern = (path: string) =>
  new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, '[1-9][0-9]{0,14}')}$`)
