import type { Next } from 'hono'
import { NotFound } from '../errors.ts'
import type { C } from './env.ts'
import { leaveFor } from './respond.ts'
import { isKnown } from './routing.ts'

/** Where a login that must choose a new password may go until it has. */
const whileMustChange = ['/profile', '/profile/password', '/logout']

/** Strangers are led to the sign-in page; to a part of a page the whole page answers (F-87). */
export async function signedInOnly(c: C, next: Next) {
  if (!isKnown(c)) return next()
  const session = c.get('session')
  if (!session) return leaveFor(c, loginAddress(c))
  if (session.mustChangePassword && !whileMustChange.includes(c.req.path)) {
    return leaveFor(c, '/profile')
  }
  return next()
}

/** For everybody else there is nothing here (F-110). */
export async function adminsOnly(c: C, next: Next) {
  if (c.get('actor').kind !== 'admin') throw new NotFound()
  return next()
}

/** Customers are sold plans and never see them as such. */
export async function sellersOnly(c: C, next: Next) {
  if (c.get('actor').kind === 'customer') throw new NotFound()
  return next()
}

function loginAddress(c: C): string {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' && pathname !== '/'
    ? `/login?next=${encodeURIComponent(pathname + search)}`
    : '/login'
}
