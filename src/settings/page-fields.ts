import { mayChange } from '../audit/roles.ts'
import { Invalid, Stale } from '../errors.ts'
import type { Difference } from '../plans/differences.ts'
import type { C } from '../web/env.ts'
import { changed, type FailedForm, tell } from '../web/respond.ts'
import { fingerprint } from './change.ts'
import { settingDifferences } from './settings-fields.ts'

/** What every page of settings has. */
export interface Settings {
  /** of what the form was drawn from (F-73) */
  seen: string
  differences: Difference[]
  mayChange: boolean
  form: FailedForm | undefined
}

/** Whoever is told of the others' changes overwrites them knowingly. */
export const common = (c: C, values: object, form?: FailedForm, late?: object): Settings => ({
  seen: form && !late ? String(form.values.seen) : fingerprint(values),
  differences: late ? settingDifferences(values, late) : [],
  mayChange: mayChange(c.var.actor, 'hosting'),
  form,
})

/** Somebody else saved meanwhile: what was typed is told beside what is there now (F-73). */
export const unlessStale = (remember: () => void) => (refusal: unknown) => {
  if (!(refusal instanceof Stale)) throw refusal
  remember()
  throw new Invalid('', refusal.message)
}

export function saved(c: C, to: string) {
  tell(c, 'The settings were saved.')
  return changed(c, to)
}
