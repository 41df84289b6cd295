import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { Invalid, type Words } from '../errors.ts'
import type { C } from './env.ts'
import { frame } from './frame.ts'
import { messages } from './messages.ts'
import { sendNotice } from './notice.ts'
import { render } from './templates.ts'
import type { DataOf, View } from './views.ts'

/** What was typed, and why it was not taken; messages are translated. `''` is the form as a whole. */
export interface FailedForm {
  ok: false
  values: Record<string, string | string[]>
  errors: Record<string, string[] | undefined>
}

export interface ReadForm<T> {
  ok: true
  values: T
}

type Schema<T> = z.ZodType<T>

/** Strict: a field the form does not have is refused like a wrong one (F-83). */
export async function parseForm<T>(c: C, schema: Schema<T>): Promise<ReadForm<T> | FailedForm> {
  const typed = asTyped(c.get('form'))
  const result = await schema.safeParseAsync(typed)
  if (result.success) return { ok: true, values: result.data }
  else return { ok: false, values: typed, errors: messages(result.error, c.get('t')) }
}

/** Form, then rule: a field refused by the rule comes back like one refused by the schema. */
export async function attempt<T, R>(
  c: C,
  schema: Schema<T>,
  rule: (values: T) => Promise<R>,
): Promise<(ReadForm<T> & { result: R }) | FailedForm> {
  const form = await parseForm(c, schema)
  if (!form.ok) return form
  try {
    return { ...form, result: await rule(form.values) }
  } catch (refusal) {
    if (!(refusal instanceof Invalid)) throw refusal
    const error = c.get('t')(refusal.message, refusal.words)
    return { ok: false, values: asTyped(c.get('form')), errors: { [refusal.field]: [error] } }
  }
}

export function page<V extends View>(
  c: C,
  view: V,
  data: DataOf<V>,
  status: ContentfulStatusCode = 200,
) {
  return html(c, render(view, { ...frame(c), ...data }), status)
}

/** As bytes, so that what was put together from thousands of pieces is gone through but once. */
const html = (c: C, text: string, status?: ContentfulStatusCode) =>
  c.body(Buffer.from(text), status, { 'Content-Type': 'text/html; charset=UTF-8' })

/** After a change: htmx gets the part that changed, a plain form goes to the page. */
export function changed<V extends View>(c: C, to: string, fragment?: V, data?: DataOf<V>) {
  if (fragment && wantsFragment(c)) return withNotice(c, fragment, data ?? {})
  sendNotice(c)
  return leaveFor(c, to)
}

/** A part cannot be swapped for another page, so htmx is told to go there (F-87). */
export function leaveFor(c: C, to: string) {
  if (!wantsFragment(c)) return c.redirect(to, 303)
  c.header('HX-Redirect', to)
  return c.body(null, 204)
}

/** A refused form: the same markup with its errors, alone or inside its page. */
export function invalid<Whole extends View, Part extends View>(
  c: C,
  whole: Whole,
  part: Part,
  data: DataOf<Whole> & DataOf<Part>,
) {
  return wantsFragment(c) ? page(c, part, data, 422) : page(c, whole, data, 422)
}

/** Shown on top of the next page, once: `tell(c, 'Plan {name} saved', { name })`. */
export function tell(c: C, sentence: string, words: Words = {}) {
  c.set('notice', { kind: 'success', text: c.get('t')(sentence, words) })
}

const withNotice = (c: C, fragment: string, data: object) => {
  const all = { ...frame(c), ...data }
  return html(c, render(fragment, all) + render('layouts/_notice-part', all))
}

/** Boosted links and history restores are htmx requests too, but they want whole pages. */
export function wantsFragment(c: C): boolean {
  c.header('Vary', 'HX-Request-Type', { append: true })
  return c.req.header('HX-Request-Type') === 'partial'
}

/** A field that came once is its text; one that came more often is a list, which only lists accept (F-33). */
function asTyped(form: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(form.keys())]
  const entries = names.map((name) => {
    const all = form.getAll(name)
    return [name, all.length === 1 ? all[0]! : all] as const
  })
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}
