import { eq, sql } from 'drizzle-orm'
import { accounts } from '../../src/accounts/schema.ts'
import { apiTokens, type TokenScope } from '../../src/auth/schema.ts'
import { newToken, tokenHash } from '../../src/auth/token-value.ts'
import type { Database } from '../../src/db/database.ts'
import { subscriptions } from '../../src/subscriptions/schema.ts'
import type { App } from '../../src/web/app.ts'
import type { Someone } from '../support/cast.ts'
import { origin } from '../support/web.ts'

export type Program = ReturnType<typeof program>

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what it is, the test says
  body: any
}

/** Asks as a program does: no cookie, no token of a form, no page it comes from. */
export function program(app: App, token: string | null) {
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    const init = {
      method,
      ...(body === undefined ? {} : { body: sent }),
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
    }
    const answer = await app.request(`${origin}/api/v1${path}`, init, {
      incoming: { socket: { remoteAddress: '192.0.2.1' } },
    })
    const text = await answer.text()
    const json = /json/.test(answer.headers.get('Content-Type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      body: json && text ? JSON.parse(text) : text,
    }
  }

  return {
    token,
    ask,
    get: (path: string, headers?: Record<string, string>) => ask('GET', path, undefined, headers),
    post: (path: string, body: unknown = {}, headers?: Record<string, string>) =>
      ask('POST', path, body, headers),
    patch: (path: string, body: unknown) => ask('PATCH', path, body),
    delete: (path: string) => ask('DELETE', path),
  }
}

/** A token of that login, in an account that may use the API and was sold it (M-30). */
export async function tokenOf(
  db: Database,
  { login, account }: Pick<Someone, 'login' | 'account'>,
  scope: TokenScope = 'write',
): Promise<string> {
  const token = newToken()
  await db
    .insert(apiTokens)
    .values({ loginId: login.id, name: `of ${login.name}`, scope, hash: tokenHash(token) })
  await db.update(accounts).set({ apiAccess: true }).where(eq(accounts.id, account.id))
  await db
    .update(subscriptions)
    .set({ values: sql`jsonb_set(${subscriptions.values}, '{api}', 'true')` })
    .where(eq(subscriptions.accountId, account.id))
  return token
}
