import { randomBytes } from 'node:crypto'
import { logins } from '../../src/accounts/schema.ts'
import { openSession } from '../../src/auth/sessions.ts'
import type { Database } from '../../src/db/database.ts'
import { type App, createApp, type Parts } from '../../src/web/app.ts'
import { localSettings } from '../../src/web/settings.ts'
import { csrfToken } from '../../src/web/token.ts'
import type { Someone } from './cast.ts'

export const origin = 'http://panel.test'

/**
 * The web app on a test's database, asked without a network:
 *
 *     const web = webApp(db)
 *     const rita = await web.as(people.rita)
 *     expect((await rita.get('/plans')).status).toBe(200)
 *     const answer = await rita.post('/plans/new', { name: 'Gold' })   // token and origin are added
 */
export function webApp(
  db: () => Database,
  parts: Partial<Parts> = {},
  mount?: Parameters<typeof createApp>[1],
) {
  let app: App | undefined
  const made = () => (app ??= createApp({ ...partsOf(db()), ...parts }, mount))

  return {
    app: made,
    settings: parts.settings ?? localSettings,
    /** with a session of its own */
    async as({ login }: Pick<Someone, 'login'>) {
      const cookie = await openSession(db(), login.id, { address: null, userAgent: 'test' })
      return visitor(made(), `session=${cookie}`, csrfToken(cookie))
    },
    /** with a session that an answer gave */
    with: (cookie: string) => visitor(made(), `session=${cookie}`, csrfToken(cookie)),
    /** not signed in; knows its token for the sign-in form */
    stranger() {
      const visit = randomBytes(32).toString('base64url')
      return visitor(made(), `visit=${visit}`, csrfToken(visit))
    },
  }
}

/** What the start would give the app, without a runner. */
export const partsOf = (db: Database): Parts => ({
  db,
  jobs: { finished: async () => false },
  sealingKey: randomBytes(32),
  panelPublicKey: 'ssh-ed25519 AAAATEST',
})

export type Fields = Record<string, string | readonly string[]>
export type Visitor = ReturnType<typeof visitor>

function visitor(app: App, cookie: string, token: string) {
  const ask = async (path: string, init: RequestInit = {}, address = '192.0.2.1') =>
    app.request(
      `${origin}${path}`,
      { ...init, headers: { Cookie: cookie, ...init.headers } },
      { incoming: { socket: { remoteAddress: address } } },
    )

  return {
    cookie,
    token,
    ask,
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    post: (path: string, fields: Fields = {}, headers: Record<string, string> = {}) =>
      ask(path, {
        method: 'POST',
        body: encoded({ _csrf: token, ...fields }),
        headers: { Origin: origin, ...headers },
      }),
    /** the page's text, for `toContain` */
    read: async (path: string) => (await ask(path)).text(),
  }
}

/** Of a session that this answer opens. */
export const sessionIn = (answer: Response): string =>
  /session=([a-z0-9]+)/.exec(answer.headers.getSetCookie().join('\n'))![1]!

export function encoded(fields: Fields): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(name, String(one))
  }
  return form
}

/** What htmx sends when it wants only the part it is going to swap. */
export const partial = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' }

/** The login of somebody by name, for tests that made it through a page. */
export async function loginCalled(db: Database, name: string) {
  const rows = await db.select().from(logins)
  return rows.find((login) => login.name === name)
}
