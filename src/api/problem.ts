import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import { Invalid, NotFound, TooMany } from '../errors.ts'
import type { C } from '../web/env.ts'
import { describe, type Failure, report } from '../web/failures.ts'
import type { Translate } from '../web/i18n.ts'
import { sentence, words } from '../web/messages.ts'

/** Why what was asked was not taken, by field: `values.disk`; `''` is the whole. */
export type Errors = Record<string, string[]>

/** What was sent is not what the endpoint takes. */
export class Unfit extends Error {
  readonly issues: z.core.$ZodIssue[]

  constructor({ issues }: z.ZodError) {
    super('unfit')
    this.issues = issues
  }
}

/** Where a rule's field stands in what was sent. */
type Named = (field: string) => string

/** RFC 9457. The one place where the API turns refusals into statuses and words. */
export function problem(error: unknown, c: C, named: Named = (field) => field) {
  const failure = failureOf(error, c)
  if (failure.status >= 500) report(error, c)
  if (error instanceof TooMany) c.header('Retry-After', String(error.retryAfterSeconds))
  if (failure.status === 503) c.header('Retry-After', '5')
  if (failure.status === 401) c.header('WWW-Authenticate', 'Bearer')
  const { status, title, text, requestId } = failure
  const errors = errorsOf(error, c.var.t, named)
  const told = { type: 'about:blank', title, status, detail: text, requestId, errors }
  return c.body(JSON.stringify(told), status, { 'Content-Type': 'application/problem+json' })
}

export const missing = (c: C) => problem(new NotFound(), c)

function failureOf(error: unknown, c: C): Failure {
  const { t } = c.var
  if (error instanceof Unfit) {
    return { status: 422, title: t('Not accepted'), text: t('Some fields cannot be taken.') }
  }
  const failure = describe(error, c)
  if (!(error instanceof HTTPException)) return failure
  const title = error.status === 401 ? t('Not logged in') : failure.title
  return { ...failure, title, text: t(error.message) }
}

function errorsOf(error: unknown, t: Translate, named: Named): Errors | undefined {
  if (error instanceof Invalid) {
    return { [named(error.field)]: [t(error.message, error.words)] }
  }
  if (!(error instanceof Unfit)) return undefined
  // Without a prototype: what was sent may be called like something of it.
  const errors: Errors = Object.create(null)
  for (const issue of error.issues) {
    for (const [field, text] of told(issue, t)) {
      errors[field] = [...new Set([...(errors[field] ?? []), text])]
    }
  }
  return errors
}

/** A field that nobody knows is told by its own name (F-83). */
function told(issue: z.core.$ZodIssue, t: Translate): [string, string][] {
  const at = (more: PropertyKey[]) => [...issue.path, ...more].map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [at([key.slice(0, 100)]), t('There is no such field.')])
  }
  return [[at([]), said(issue, t)]]
}

/** The forms' own sentences, and some for what only programs get wrong. */
function said(issue: z.core.$ZodIssue, t: Translate): string {
  if (issue.code === 'invalid_type' && !isMissing(issue)) {
    return t('This must be of the type “{type}”.', { type: issue.expected })
  }
  if (issue.code === 'too_small' && isZods(issue)) {
    return t('At least {least} is needed.', { least: Number(issue.minimum) })
  }
  if (issue.code === 'too_big' && isZods(issue)) {
    return t('At most {most} is possible.', { most: Number(issue.maximum) })
  }
  if (issue.code === 'not_multiple_of') {
    return t('A multiple of {divisor} is needed.', { divisor: issue.divisor })
  }
  return t(sentence(issue), words(issue))
}

const isMissing = ({ message }: z.core.$ZodIssue) =>
  message === 'Required' || message.endsWith('received undefined')

/** Not a sentence of ours. */
const isZods = ({ message }: z.core.$ZodIssue) => /^Too (small|big):/.test(message)
