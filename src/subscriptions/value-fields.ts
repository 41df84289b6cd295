import { z } from 'zod'
import { Invalid, Stale } from '../errors.ts'
import type { PropertyKey, Values } from '../plans/catalogue.ts'
import { propertiesForm } from '../plans/form.ts'
import type { C } from '../web/env.ts'
import { checkbox, optionalLine, wholeNumber } from '../web/fields.ts'
import { attempt } from '../web/respond.ts'
import { customize } from './own-values.ts'

/** `values` holds all properties; only those of the form were typed. */
const customizeForm = (keys: PropertyKey[]) =>
  z.intersection(
    z.strictObject({
      reason: optionalLine(500).default(''),
      lock: checkbox(),
      version: wholeNumber(),
    }),
    propertiesForm('service', keys, null),
  )

/** Of one subscription; `late` is what was typed after somebody else had saved (F-73). */
export async function customized(c: C, id: number, keys: PropertyKey[]) {
  const { db, actor } = c.var
  let late: Partial<Values> | undefined
  const form = await attempt(c, customizeForm(keys), ({ values: all, ...wish }) => {
    const values = Object.fromEntries(keys.map((key) => [key, all[key]])) as Partial<Values>
    return customize(db, actor, id, { ...wish, values }).catch((refusal) => {
      if (!(refusal instanceof Stale)) throw refusal
      late = values
      throw new Invalid('', refusal.message)
    })
  })
  return { form, late }
}
