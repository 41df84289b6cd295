import { deleteCookie, setCookie } from 'hono/cookie'
import type { C } from './env.ts'

/** `session`: who is signed in · `half`: whose code is awaited · `visit` binds forms before that. */
type Name = 'session' | 'half' | 'visit'

/** The cookie's value; none when it came twice, for then one of them was planted (F-91). */
export function readCookie(c: C, name: Name): string | null {
  const own = `${fullName(c, name)}=`
  const found = (c.req.header('Cookie') ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(own))
  return found.length === 1 ? found[0]!.slice(own.length) : null
}

/** Gone when the browser closes; the server's own limits come first (F-93, F-94). */
export const writeCookie = (c: C, name: Name, value: string) =>
  setCookie(c, fullName(c, name), value, attributes(c))

export const dropCookie = (c: C, name: Name) => deleteCookie(c, fullName(c, name), attributes(c))

const fullName = (c: C, name: Name) => (c.get('settings').secureCookies ? `__Host-${name}` : name)

const attributes = (c: C) =>
  ({
    httpOnly: true,
    sameSite: 'Lax',
    secure: c.get('settings').secureCookies,
    path: '/',
  }) as const
