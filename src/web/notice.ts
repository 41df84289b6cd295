import { createHmac } from 'node:crypto'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { C } from './env.ts'
import { sameToken } from './token.ts'

/** One line on top of a page; already translated. */
export interface Notice {
  kind: 'success' | 'info' | 'warning' | 'danger'
  text: string
}

const cookie = 'notice'

/** For the page that a redirect leads to; signed, so nobody can put words on somebody's page. */
export function sendNotice(c: C) {
  if (!c.get('notice')) return
  const body = Buffer.from(JSON.stringify(c.get('notice'))).toString('base64url')
  setCookie(c, cookie, `${body}.${signature(c, body)}`, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: c.get('settings').secureCookies,
    path: '/',
    maxAge: 60,
  })
}

/** This request's own, or the one that was sent to it; shown once. */
export function takeNotice(c: C): Notice | null {
  const sent = getCookie(c, cookie)
  if (sent !== undefined) deleteCookie(c, cookie, { path: '/' })
  return c.get('notice') ?? (sent === undefined ? null : verified(c, sent))
}

function verified(c: C, value: string): Notice | null {
  const [body = '', signed = ''] = value.split('.')
  return sameToken(signed, signature(c, body))
    ? JSON.parse(Buffer.from(body, 'base64url').toString())
    : null
}

const signature = (c: C, body: string) =>
  createHmac('sha256', c.get('csrf')).update(`notice ${body}`).digest('base64url')
