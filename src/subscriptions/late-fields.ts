import { z } from 'zod'
import { Invalid, Stale } from '../errors.ts'
import type { C } from '../web/env.ts'
import { attempt } from '../web/respond.ts'

/** What the value was when the form was drawn. */
export const seen = z.string().max(100).optional()

/** `late`: somebody else was faster, and the page has to show both values (F-73). */
export async function attemptInTime<T, R>(
  c: C,
  schema: z.ZodType<T>,
  rule: (values: T) => Promise<R>,
) {
  let late = false
  const form = await attempt(c, schema, (values) =>
    rule(values).catch((refusal) => {
      if (!(refusal instanceof Stale)) throw refusal
      late = true
      throw new Invalid('', refusal.message)
    }),
  )
  return { form, late }
}
