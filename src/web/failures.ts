import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Conflict, Forbidden, Invalid, NotFound, Refusal, Stale, TooMany } from '../errors.ts'
import type { C } from './env.ts'
import { type Outage, outage } from './outage.ts'
import { page } from './respond.ts'

export interface Failure {
  status: ContentfulStatusCode
  title: string
  text: string
  /** shown so that a person can name it, only where the log has more to say */
  requestId?: string
  /** to the list it was asked for in */
  back?: string
}

/** The one place where refusals and faults become statuses and words. */
export function failed(error: unknown, c: C) {
  const failure = describe(error, c)
  if (failure.status >= 500) report(error, c)
  if (error instanceof TooMany) c.header('Retry-After', String(error.retryAfterSeconds))
  if (failure.status === 503) c.header('Retry-After', '5')
  return answer(c, failure)
}

export const missing = (c: C) => failed(new NotFound(), c)

export function answer(c: C, failure: Failure) {
  if (c.req.header('HX-Request-Type') === 'partial') {
    c.header('HX-Retarget', 'body')
    c.header('HX-Reswap', 'innerHTML')
  }
  try {
    return page(c, 'errors/page', failure, failure.status)
  } catch {
    // Too early for a page (no visitor yet), or the page itself is what fails.
    return c.text(`${failure.title}\n`, failure.status)
  }
}

export function describe(error: unknown, c: C): Failure {
  const { t } = c.var
  if (error instanceof Refusal) {
    const status = statusOf(error)
    return {
      status,
      title: t(titles[status] ?? 'Not possible'),
      text: t(error.message, error.words),
    }
  }
  if (error instanceof HTTPException) {
    const { status } = error
    const text = status === 403 && !c.get('session') ? ended : texts[status]
    return { status, title: t(titles[status] ?? 'Not possible'), text: t(text ?? '') }
  }
  if (c.req.raw.signal.aborted) return { status: 400, title: t(titles[400]!), text: '' }
  const trouble = outage(error)
  if (trouble) return { status: 503, title: t('Out of order for a moment'), text: t(told[trouble]) }
  return {
    status: 500,
    title: t('Something went wrong here'),
    text: t('It was noted. If you ask about it, give this number:'),
    requestId: c.get('requestId'),
  }
}

function statusOf(refusal: Refusal): ContentfulStatusCode {
  if (refusal instanceof NotFound) return 404
  if (refusal instanceof Forbidden) return 403
  if (refusal instanceof Invalid) return 422
  if (refusal instanceof TooMany) return 429
  if (refusal instanceof Stale || refusal instanceof Conflict) return 409
  return 400
}

const titles: Partial<Record<number, string>> = {
  400: 'This request cannot be understood',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not possible here',
  409: 'Not possible now',
  413: 'Too large',
  415: 'This kind of content is not accepted',
  422: 'Not accepted',
  429: 'Too many requests',
}

const ended = 'You are not logged in any more. Nothing was changed.'

const texts: Partial<Record<number, string>> = {
  403: 'The form was out of date or came from another site. Reload the page and try again.',
  413: 'What was sent is larger than this form can take.',
}

const told: Record<Outage, string> = {
  'nothing was changed': 'The database was too busy. Nothing was changed; please try again.',
  unknown:
    'The database could not be reached. Look whether your last change arrived before you repeat it.',
}

/** A query's own error carries all its parameters, hashes too; only its cause is for the log. */
export function report(error: unknown, c: C) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const said = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  console.error(`${c.get('requestId')} ${c.req.method} ${c.req.path}\n${said}`)
}
