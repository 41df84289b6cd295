import type { FailedForm } from './respond.ts'

/**
 * What the includes in `views/forms` are given, with the page's own `form`:
 * `include('/forms/_text', { field: { name: 'title', label: it.t('Title'), value: it.plan.title } })`.
 * Shown is what was typed when the form was refused, else the value given here.
 */
export interface Drawn<F extends Field> {
  /** the refused form; undefined when it is drawn for the first time */
  form?: FailedForm | undefined
  field: F
}

export interface Field {
  name: string
  /** where one page has two fields of one name */
  id?: string
  label: string
  hint?: string
  required?: boolean
  autofocus?: boolean
}

export interface TextField extends Field {
  value?: string | number
  type?: 'text' | 'date' | 'email' | 'search' | 'tel' | 'url'
  autocomplete?: string
  inputmode?: 'numeric' | 'email' | 'tel' | 'url'
  maxlength?: number
  placeholder?: string
  /** shown behind the field: MB, kbit/s */
  unit?: string
}

/** A number, and beside it the box "Unlimited" with a name of its own: `disk`, `disk.unlimited`. */
export interface LimitField extends Field {
  /** as typed: bytes in MB */
  value?: number | 'unlimited'
  unit?: string
}

export interface FileField extends Field {
  /** kinds of files that a browser offers first */
  accept: string
}

export interface PasswordField extends Field {
  autocomplete: 'current-password' | 'new-password'
}

export interface LongField extends Field {
  value?: string
  rows?: number
}

export interface Option {
  value: string | number
  label: string
  hint?: string
  /** it cannot be chosen; the hint says who decides that */
  off?: boolean
}

/** A select, or radio buttons. */
export interface ChoiceField extends Field {
  value?: string | number
  options: readonly Option[]
  /** label of an empty first choice, where nothing need or may be chosen yet */
  empty?: string
}

/** One box. */
export interface CheckField extends Field {
  checked?: boolean
}

/** A group of boxes with one name; reads with `checkboxes` of fields.ts. */
export interface ChecksField extends Field {
  values?: readonly (string | number)[]
  options: readonly Option[]
}

/** The summary above a refused form. */
export interface Summary {
  form: FailedForm | undefined
}

export interface Buttons {
  label: string
  /** where "Cancel" leads; none, no such button */
  cancel?: string
  /** what cannot be taken back is red */
  danger?: boolean
}

/** What kinds of fields share: their errors, what describes them, whether the cursor goes there. */
export function wiring({ form, field: { name, id = name, hint, autofocus } }: Drawn<Field>) {
  const errors = form?.errors[name] ?? []
  const described = [hint ? `${id}-hint` : '', errors.length > 0 ? `${id}-error` : '']
  return {
    id,
    errors,
    describedBy: described.filter(Boolean).join(' '),
    focus: form === undefined ? autofocus === true : Object.keys(form.errors)[0] === name,
  }
}

/** What was typed; of a field that came several times the list. */
export function typed({ form, field }: Drawn<Field>): readonly string[] {
  const value = form?.values[field.name]
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

/** The one text to show in a field. */
export const shown = (drawn: Drawn<Field & { value?: string | number }>): string =>
  drawn.form ? (typed(drawn)[0] ?? '') : String(drawn.field.value ?? '')
